'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { App, command, create, newMessage, receiver, refusal, results, run } = require('./service');

const METHOD = 'creates.request_approval.operation';

// Runs the step as far as the platform parks it.
const parked = async (catcher) => {
  const { message_id, approval_id } = await newMessage();
  const callback_url = `${catcher.url}/hooks/callback/secret`;
  const { status, results: outputData } = await run(`${METHOD}.perform`, { inputData: { message_id } }, { callback_url });
  assert.strictEqual(status, 'CALLBACK');
  assert.ok(!JSON.stringify(outputData).includes('secret'));
  return { message_id, approval_id, outputData };
};

const resumed = async (catcher, { message_id, outputData }) => {
  await command('deliver');
  assert.strictEqual(catcher.got.length, 1);
  const cleanedRequest = JSON.parse(catcher.got[0].body);
  return run(`${METHOD}.performResume`, { inputData: { message_id }, outputData, cleanedRequest });
};

for (const [verdict, outcome] of [
  ['approve', 'approved'],
  ['reject', 'rejected'],
]) {
  test(`a step that waits goes on when a person decides: ${outcome}`, async () => {
    const catcher = await receiver();
    const step = await parked(catcher);
    await command('deliver');
    assert.strictEqual(catcher.got.length, 0);
    await command('decide', { approval: step.approval_id, verdict });
    const { status, results: answer } = await resumed(catcher, step);
    assert.strictEqual(status, 'SUCCESS');
    assert.strictEqual(answer.approval_outcome, outcome);
    assert.strictEqual(answer.state, outcome);
    assert.strictEqual(answer.decided_by_csv, 'lee');
    const fields = App.creates.request_approval.operation.outputFields.map((field) => field.key);
    assert.deepStrictEqual(Object.keys(answer).sort(), fields.sort());
    await catcher.close();
  });
}

test('a step that waits ends softly when nobody decided in time', async () => {
  const catcher = await receiver();
  const step = await parked(catcher);
  await command('wait', { minutes: 31 });
  const { name, said } = await refusal(() => resumed(catcher, step));
  assert.strictEqual(name, 'HaltedError');
  assert.match(said, /Nobody decided/);
  await catcher.close();
});

test('a step that waits ends softly when the message is withdrawn', async () => {
  const catcher = await receiver();
  const step = await parked(catcher);
  await create('withdraw_message', { message_id: step.message_id, reason: 'Not now.', once_per: '1' });
  const { said } = await refusal(() => resumed(catcher, step));
  assert.match(said, /withdrawn/);
  await catcher.close();
});

test('a step that waits is called once', async () => {
  const catcher = await receiver();
  const step = await parked(catcher);
  await command('decide', { approval: step.approval_id, verdict: 'approve' });
  for (const _ of [1, 2, 3]) await command('deliver');
  assert.strictEqual(catcher.got.length, 1);
  await catcher.close();
});

test('whoever learns the address of a waiting step approves nothing with it', async () => {
  const catcher = await receiver();
  const { message_id, outputData } = await parked(catcher);
  const cleanedRequest = { approval_outcome: 'approved', state: 'approved' };
  const answer = await results(`${METHOD}.performResume`, { inputData: { message_id }, outputData, cleanedRequest });
  assert.strictEqual(answer.approval_outcome, 'open');
  assert.strictEqual(answer.state, 'waiting');
  await catcher.close();
});

test('a test in the editor asks nobody and does not wait', async () => {
  const { message_id } = await newMessage();
  const meta = { isLoadingSample: true };
  const { status, results: answer } = await run(`${METHOD}.perform`, { inputData: { message_id }, meta });
  assert.strictEqual(status, 'SUCCESS');
  assert.strictEqual(answer.approval_outcome, 'open');
});

test('what was decided before goes on at once', async () => {
  const { message_id, approval_id } = await newMessage();
  await command('decide', { approval: approval_id, verdict: 'approve' });
  const { status, results: answer } = await run(`${METHOD}.perform`, { inputData: { message_id } });
  assert.strictEqual(status, 'SUCCESS');
  assert.strictEqual(answer.decided_by_csv, 'lee');
});

test('what was rejected before halts the run', async () => {
  const { message_id, approval_id } = await newMessage();
  await command('decide', { approval: approval_id, verdict: 'reject' });
  const { name } = await refusal(() => run(`${METHOD}.perform`, { inputData: { message_id } }));
  assert.strictEqual(name, 'HaltedError');
});

test('an address that is not allowed is refused', async () => {
  const { message_id } = await newMessage();
  const callback_url = 'https://10.0.0.1/hooks/callback/secret';
  const { name, said } = await refusal(() => run(`${METHOD}.perform`, { inputData: { message_id } }, { callback_url }));
  assert.strictEqual(name, 'HaltedError');
  assert.match(said, /callback address cannot be used/);
});
