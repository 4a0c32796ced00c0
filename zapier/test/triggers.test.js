'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { App, IN_PERSON, command, create, newMessage, newTicket, receiver, refusal, results } = require('./service');
const { calls } = require('../integration.json');

const decided = async (verdict = 'approve') => {
  const message = await newMessage();
  await command('decide', { approval: message.approval_id, verdict });
  return message;
};

const released = async () => {
  const { message_id } = await decided();
  return create('release_message', { message_id, via: 'platform', once_per: '1' });
};

// What really sets an event off; the others are written to the outbox as they would stand there.
const CAUSES = {
  ticket_triaged: () => newTicket(),
  ticket_blocked: () => newTicket({ impact: '' }),
  ticket_overridden: async () => {
    const { ticket_id } = await newTicket();
    const changes = { class: 'P1', reason: 'Everybody waits.', once_per: '1' };
    return create('override_ticket', { ticket_id, ...changes }, IN_PERSON);
  },
  approval_requested: () => newMessage(),
  approval_decided: () => decided(),
  message_released: () => released(),
  message_sent: async () => {
    const { message_id, permit } = await released();
    return create('confirm_message', { message_id, permit, outcome: 'sent', once_per: '1' });
  },
  escalation_raised: async () => {
    const { ticket_id } = await newTicket();
    return create('escalate_ticket', { ticket_id, reason: 'Nobody can work.', once_per: '1' });
  },
};

const of = (key, name) => `triggers.${key}.operation.${name}`;

for (const [key, kind] of Object.entries(calls.events.kinds)) {
  test(`the trigger ${key} registers, gets its event, and leaves`, async () => {
    await command('deliver');
    const target = await receiver();
    const targetUrl = `${target.url}/hooks/standard/1/secret`;
    const subscribeData = await results(of(key, 'performSubscribe'), { targetUrl });
    assert.ok(subscribeData.id);
    assert.ok(!JSON.stringify(subscribeData).includes('secret'));

    await (CAUSES[key] ? CAUSES[key]() : command('happen', { event: kind }));
    await command('deliver');
    assert.strictEqual(target.got.length, 1);
    const cleanedRequest = { ...JSON.parse(target.got[0].body), querystring: {} };
    assert.strictEqual(cleanedRequest.type, kind);
    const [event] = await results(of(key, 'perform'), { cleanedRequest, meta: {} });

    const listed = await results(of(key, 'performList'), {});
    const { outputFields, sample } = App.triggers[key].operation;
    const fields = outputFields.map((field) => field.key);
    for (const shown of [event, ...listed, sample]) assert.deepStrictEqual(Object.keys(shown), fields);
    assert.strictEqual(event.id, target.got[0].headers['webhook-id']);
    assert.ok(listed.length <= 3);

    for (const _ of [1, 2]) assert.deepStrictEqual(await results(of(key, 'performUnsubscribe'), { subscribeData }), {});
    await (CAUSES[key] ? CAUSES[key]() : command('happen', { event: kind }));
    await command('deliver');
    assert.strictEqual(target.got.length, 1);
    await target.close();
  });
}

test('an address inside a network is refused with a sentence that does not repeat it', async () => {
  const work = () => results(of('ticket_triaged', 'performSubscribe'), { targetUrl: 'https://10.0.0.1/secret' });
  const { name, said } = await refusal(work);
  assert.strictEqual(name, 'HaltedError');
  assert.match(said, /callback address cannot be used/);
});
