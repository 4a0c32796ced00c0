'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { App, IN_PERSON, command, create, newMessage, newTicket, perform, refusal, search } = require('./service');

const keys = (kind, key) => App[kind][key].operation.outputFields.map((field) => field.key).sort();
const shown = (answer) => Object.keys(answer).sort();

const FACTS = {
  summary: 'The print server had no space left; its queue was cleared.',
  resolution_code: 'solved_permanent',
  closure_cause: 'confirmed_by_customer',
  root_cause: 'Old jobs filled the disk.',
  root_cause_category: 'capacity',
  root_cause_confidence: 'confirmed',
  no_workaround: true,
  permanent_fix: 'Jobs older than a day are deleted at night.',
  permanent_fix_state: 'done',
  prevention: 'Watch the free space.',
  prevention_owner: 'ann',
  prevention_due_on: '2026-03-06',
  more_prevention: [{ description: 'Watch the queue as well.', owner: 'bob', due_on: '2026-03-09' }],
};

const closed = async () => {
  const { ticket_id } = await newTicket();
  await create('record_event', { ticket_id, event: 'resolved', source_event_id: `${ticket_id}-solved` });
  const done = await create('close_ticket', { ticket_id, ...FACTS, once_per: '1' });
  assert.strictEqual(done.state, 'closed');
  return done;
};

// One good run of every create; each gives what its step needs.
const CREATES = {
  submit_ticket: () => newTicket(),
  submit_tickets: () =>
    create('submit_tickets', { tickets: [{ source: 'zendesk', source_id: 'line-1', subject: 'one', severity: '' }] }),
  complete_intake: async () => {
    const { ticket_id } = await newTicket({ impact: undefined });
    const done = await create('complete_intake', { ticket_id, impact: 'high', once_per: ticket_id });
    assert.strictEqual(done.outcome, 'triaged');
    return done;
  },
  override_ticket: async () => {
    const { ticket_id } = await newTicket();
    const changes = { add_tags_csv: ['security', 'billing'], reason: 'The customer says so.', once_per: '1' };
    const done = await create('override_ticket', { ticket_id, ...changes }, IN_PERSON);
    assert.deepStrictEqual(done.risk_tags_csv.split(',').sort(), ['billing', 'security']);
    return done;
  },
  assign_ticket: async () => {
    const { ticket_id } = await newTicket();
    const done = await create('assign_ticket', { ticket_id, owner: 'lee', once_per: '1' });
    assert.strictEqual(done.owner, 'lee');
    return done;
  },
  record_event: async () => {
    const { ticket_id } = await newTicket();
    return create('record_event', { ticket_id, event: 'agent_replied', substantive: false, source_event_id: 'e1' });
  },
  give_feedback: async () => {
    const { ticket_id } = await newTicket();
    return create('give_feedback', { ticket_id, about: 'satisfaction', rating: 4, once_per: '1' });
  },
  write_note: async () => {
    const { ticket_id } = await newTicket();
    return create('write_note', { ticket_id, text: 'The disk was full.', once_per: '1' });
  },
  close_ticket: () => closed(),
  escalate_ticket: async () => {
    const { ticket_id } = await newTicket();
    return create('escalate_ticket', { ticket_id, reason: 'Nobody can work.', once_per: '1' });
  },
  prepare_message: () => newMessage(),
  request_approval: async () => {
    const { message_id } = await newMessage();
    return create('request_approval', { message_id }, { meta: { isLoadingSample: true } });
  },
  release_message: async () => {
    const { message_id, approval_id } = await newMessage();
    await command('decide', { approval: approval_id, verdict: 'approve' });
    const done = await create('release_message', { message_id, via: 'platform', once_per: '1' });
    assert.strictEqual(done.outcome, 'released');
    assert.match(done.body, /we look into/);
    return done;
  },
  confirm_message: async () => {
    const { message_id, permit } = await CREATES.release_message();
    const done = await create('confirm_message', { message_id, permit, outcome: 'sent', once_per: '1' });
    assert.strictEqual(done.state, 'sent');
    return done;
  },
  withdraw_message: async () => {
    const { message_id } = await newMessage();
    return create('withdraw_message', { message_id, reason: 'Not now.', once_per: '1' });
  },
};

test('there is a run for every create', () => {
  assert.deepStrictEqual(Object.keys(CREATES).sort(), Object.keys(App.creates).sort());
});

for (const [key, runs] of Object.entries(CREATES)) {
  test(`the step ${key} runs, and gives what it declares`, async () => {
    assert.deepStrictEqual(shown(await runs()), keys('creates', key));
    assert.deepStrictEqual(Object.keys(App.creates[key].operation.sample).sort(), keys('creates', key));
  });
}

const SEARCHES = {
  find_ticket: async () => {
    const { ticket_id, source_id } = await newTicket();
    const [found] = await search('find_ticket', { source: 'zendesk', source_id });
    assert.strictEqual(found.ticket_id, ticket_id);
    return [found, await search('find_ticket', { ticket_id: 'nobody-knows' })];
  },
  get_ticket: async () => {
    const { ticket_id } = await newTicket();
    const [found] = await search('get_ticket', { ticket_id });
    return [found, await search('get_ticket', { ticket_id: 'a/b ?c' })];
  },
  find_approval: async () => {
    const { approval_id } = await newMessage();
    const [found] = await search('find_approval', { approval_id });
    return [found, await search('find_approval', { approval_id: 't1-a999' })];
  },
  find_message: async () => {
    const { message_id } = await newMessage();
    const [found] = await search('find_message', { message_id });
    return [found, await search('find_message', { message_id: 't1-m999' })];
  },
  find_escalation: async () => {
    const { escalation_id } = await CREATES.escalate_ticket();
    const [found] = await search('find_escalation', { escalation_id });
    return [found, await search('find_escalation', { escalation_id: 'e999' })];
  },
  find_closure: async () => {
    const { ticket_id } = await closed();
    const [found] = await search('find_closure', { ticket_id });
    return [found, await search('find_closure', { ticket_id: 'nobody-knows' })];
  },
  find_article: async () => {
    const [found] = await search('find_article', { query: 'printer' });
    return [found, await search('find_article', { query: 'zebra crossing' })];
  },
  get_article: async () => {
    const [{ article_id }] = await search('find_article', { query: 'printer' });
    const [found] = await search('get_article', { article_id });
    return [found, await search('get_article', { article_id: 'nobody-knows' })];
  },
  find_person: async () => {
    const [found] = await search('find_person', { name: ' LEE ' });
    assert.deepStrictEqual(found, { id: 'lee', name: 'Lee' });
    return [found, await search('find_person', { name: 'nobody' })];
  },
};

test('there is a run for every search', () => {
  assert.deepStrictEqual(Object.keys(SEARCHES).sort(), Object.keys(App.searches).sort());
});

for (const [key, runs] of Object.entries(SEARCHES)) {
  test(`the search ${key} finds what there is, and nothing where there is nothing`, async () => {
    const [found, nothing] = await runs();
    assert.deepStrictEqual(shown(found), keys('searches', key));
    assert.deepStrictEqual(nothing, []);
  });
}

const LISTS = Object.keys(App.triggers).filter((key) => App.triggers[key].display.hidden);

for (const key of LISTS) {
  test(`the list ${key} can be chosen from`, async () => {
    const { ticket_id } = await newMessage();
    await create('escalate_ticket', { ticket_id, reason: 'Nobody can work.', once_per: '1' });
    const choices = await perform('triggers', key, { ticket_id });
    assert.notStrictEqual(choices.length, 0);
    for (const choice of choices) {
      assert.deepStrictEqual(Object.keys(choice), ['id', 'name']);
      assert.ok(choice.id && choice.name);
    }
  });
}

test('a list that depends on a field is empty until the field is filled in', async () => {
  assert.deepStrictEqual(await perform('triggers', 'list_messages'), []);
});

test('a step that is replayed has one effect', async () => {
  const asked = { source: 'zendesk', source_id: 'twice', subject: 'printer' };
  const [one, two] = [await newTicket(asked), await newTicket(asked)];
  assert.strictEqual(one.ticket_id, two.ticket_id);
  const message = { ticket_id: one.ticket_id, kind: 'survey', body: 'How was it?', to_csv: ['jo@example.com'], once_per: 'r1' };
  const [first, again] = [await create('prepare_message', message), await create('prepare_message', message)];
  assert.strictEqual(first.message_id, again.message_id);
  const another = await create('prepare_message', { ...message, once_per: 'r2' });
  assert.notStrictEqual(another.message_id, first.message_id);
});

test('one reason serves different steps of a Zap', async () => {
  const { ticket_id } = await newTicket();
  await create('assign_ticket', { ticket_id, owner: 'lee', once_per: 'event-7' });
  const done = await create('escalate_ticket', { ticket_id, reason: 'Nobody can work.', once_per: 'event-7' });
  assert.ok(done.escalation_id);
});

test('a reason that was used for something else halts the run', async () => {
  const { ticket_id } = await newTicket();
  await create('assign_ticket', { ticket_id, owner: 'lee', once_per: 'same' });
  const { name, said } = await refusal(() => create('assign_ticket', { ticket_id, owner: 'kim', once_per: 'same' }));
  assert.strictEqual(name, 'HaltedError');
  assert.match(said, /key/);
});

test('what the business does not allow halts the run with the sentence of the service', async () => {
  const { ticket_id } = await newTicket();
  const { name, said } = await refusal(() => create('assign_ticket', { ticket_id, owner: 'nobody', once_per: '1' }));
  assert.strictEqual(name, 'HaltedError');
  assert.match(said, /^This person is not in the policy/);
});

test('a request that cannot be read says field by field what is wrong', async () => {
  const { name, said } = await refusal(() => create('submit_ticket', { source: 'zendesk', subject: 'x' }));
  assert.strictEqual(name, 'AppError');
  assert.match(said, /\/source_id: expected/);
});

test('a closure that lacks facts halts the run and names all of them', async () => {
  const { ticket_id } = await newTicket();
  await create('record_event', { ticket_id, event: 'resolved', source_event_id: `${ticket_id}-solved` });
  const { name, said } = await refusal(() => create('close_ticket', { ticket_id, summary: 'Done.', once_per: '1' }));
  assert.strictEqual(name, 'HaltedError');
  assert.match(said, /root_cause/);
  assert.match(said, /resolution_code/);
});

test('a ticket that there is not is an error, and no soft stop', async () => {
  const { name, said } = await refusal(() => create('assign_ticket', { ticket_id: 't999', owner: 'lee', once_per: '1' }));
  assert.strictEqual(name, 'AppError');
  assert.match(said, /No such ticket/);
});

test('text above what Zapier may carry is left out, and the answer says so', async () => {
  const ticket = await newTicket({ data_sensitivity: 'restricted' });
  assert.strictEqual(ticket.platform_allowed, false);
  assert.strictEqual(ticket.subject, null);
  assert.match(ticket.platform_reason, /platform/);
});

test('empty fields are not sent, false and numbers keep their kind', async () => {
  const ticket = await newTicket({ customer: '', requester: null, users_affected: 12 });
  assert.strictEqual(ticket.customer, null);
  assert.strictEqual(ticket.users_affected, '12');
});
