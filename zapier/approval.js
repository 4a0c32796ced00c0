'use strict';
// How does a step stand still until people decided about a text?
//
// What is posted to the step only wakes it: how the request ended is asked of the service, so that nobody who learns the
// address of a waiting step can approve anything with it.

const { calls } = require('./integration.json');
const { called } = require('./call');

const ENDED_WITHOUT_A_DECISION = {
  expired: 'Nobody decided about the message in time; request the approval again.',
  withdrawn: 'The message was withdrawn before anybody decided about it.',
  superseded: 'The message was changed before it was used; its new text needs an approval of its own.',
  no_channel: 'Nobody on the roster may decide about this message; look at the policy.',
};
const HAS_TO_WAIT = new Set(['waiting', 'expired']);
const UNDECIDED = { decided_by_csv: '', decided_at: null };

const decisionOf = async (z, bundle, message) => {
  if (!message.approval_id) {
    return UNDECIDED;
  }
  const approval = await called(z, bundle, calls.approval.approval, { approval_id: message.approval_id });
  const people = approval.decisions.map((decision) => decision.person);
  return { approval_outcome: approval.outcome, decided_by_csv: people.join(','), decided_at: approval.ended_at };
};

const read = (z, bundle) => called(z, bundle, calls.approval.message, { message_id: bundle.inputData.message_id });

const perform = async (z, bundle) => {
  const message = await read(z, bundle);
  // A test in the editor never resumes, so it asks nobody.
  if (bundle.meta.isLoadingSample) {
    return { ...message, ...(await decisionOf(z, bundle, message)) };
  }
  if (message.state === 'rejected') {
    throw new z.errors.HaltedError('A person rejected the message; change it or prepare another one.');
  }
  if (!HAS_TO_WAIT.has(message.state)) {
    return { ...message, ...(await decisionOf(z, bundle, message)) };
  }
  // Asking for the address is what makes the step stand still.
  const callback_url = z.generateCallbackUrl();
  const call = { ...calls.creates.request_approval, body: ['callback_url'], once_per: 'callback_url' };
  const asked = await called(z, bundle, call, { message_id: bundle.inputData.message_id, callback_url });
  return { ...asked, ...UNDECIDED };
};

const performResume = async (z, bundle) => {
  const { approval_id } = bundle.outputData;
  const message = await read(z, bundle);
  const decision = await decisionOf(z, bundle, { approval_id });
  const reason = ENDED_WITHOUT_A_DECISION[decision.approval_outcome];
  if (reason) {
    throw new z.errors.HaltedError(reason);
  }
  return { ...bundle.outputData, ...message, approval_id, ...decision };
};

module.exports = { perform, performResume };
