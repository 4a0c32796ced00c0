'use strict';
process.env.TRIAGE_TIME_LIMIT_MS = '200';

const assert = require('node:assert');
const { test } = require('node:test');
const { authData, create, receiver, refusal } = require('./service');

test('a service that says nothing fails in time, and says that the step is safe to repeat', async () => {
  const service = await receiver(() => {});
  const { said } = await refusal(() => create('submit_ticket', {}, { authData: { ...authData, base_url: service.url } }));
  assert.match(said, /did not answer in time; it is safe to run this step again/);
  await service.close();
});
