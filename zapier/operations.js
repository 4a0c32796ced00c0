'use strict';
// Which functions does the platform run for a create, a search, a list to choose from, and an event?

const { called } = require('./call');

const createOf = (call) => ({ perform: (z, bundle) => called(z, bundle, call) });

const holds = (item, text) =>
  [item.id, item.name].some((said) => String(said).toLowerCase().includes(String(text).trim().toLowerCase()));

const FOUND = {
  one: (answer) => (answer ? [answer] : []),
  page: (answer) => (answer ? answer.items : []),
  choice: (answer, text) => (answer ? answer.items : []).filter((item) => holds(item, text)),
};

const searchOf = (call) => ({
  perform: async (z, bundle) => FOUND[call.finds](await called(z, bundle, call), bundle.inputData[call.by]),
});

// A list that depends on a field is empty until the field is filled in.
const listOf = (call) => ({
  perform: async (z, bundle) => {
    if (call.needs.some((name) => !bundle.inputData[name])) {
      return [];
    }
    const needed = Object.fromEntries(call.needs.map((name) => [name, bundle.inputData[name]]));
    const answer = await called(z, bundle, call, needed);
    return answer.items.map((item) => ({ id: item[call.id], name: item[call.name] || item[call.id] }));
  },
});

// Every event has all fields; a trigger gives those that its event fills.
const hookOf = (calls, key, outputFields) => {
  const event_type = calls.kinds[key];
  const shown = (event) => Object.fromEntries(outputFields.map((field) => [field.key, event[field.key] ?? null]));
  return {
    performSubscribe: (z, bundle) =>
      called(z, bundle, calls.subscribe, { event_type, callback_url: bundle.targetUrl }),
    performUnsubscribe: (z, bundle) => called(z, bundle, calls.unsubscribe, { hook_id: bundle.subscribeData.id }),
    perform: async (z, bundle) => [shown(bundle.cleanedRequest)],
    performList: async (z, bundle) => {
      const answer = await called(z, bundle, calls.samples, { event_type });
      return answer.items.map(shown);
    },
  };
};

module.exports = { createOf, hookOf, listOf, searchOf };
