'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { validateAppDefinition } = require('zapier-platform-schema');
const { App, handler } = require('./service');

test('the platform finds nothing wrong with the definition', async () => {
  const { results } = await handler({ command: 'validate' });
  assert.deepStrictEqual(results, []);
});

test('a damaged definition is found out', () => {
  const shown = JSON.parse(JSON.stringify({ ...App, beforeRequest: undefined, afterResponse: undefined }));
  const damaged = { ...shown, triggers: { other_key: { ...shown.triggers.ticket_triaged } } };
  assert.notStrictEqual(validateAppDefinition(damaged).errors.length, 0);
});

test('every item has a function for all that the platform does with it', () => {
  for (const { operation } of Object.values(App.triggers)) {
    const wanted = operation.type === 'hook' ? ['performSubscribe', 'performUnsubscribe', 'performList'] : [];
    for (const name of ['perform', ...wanted]) assert.strictEqual(typeof operation[name], 'function');
  }
  for (const { operation } of [...Object.values(App.creates), ...Object.values(App.searches)]) {
    assert.strictEqual(typeof operation.perform, 'function');
  }
  assert.strictEqual(typeof App.creates.request_approval.operation.performResume, 'function');
});
