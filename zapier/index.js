'use strict';
// Which app does Zapier run? What is generated, with the functions that call the service.

const integration = require('./integration.json');
const { version } = require('./package.json');
const { version: platformVersion } = require('zapier-platform-core');
const authentication = require('./authentication');
const approval = require('./approval');
const { addKey, explainRefusal } = require('./middleware');
const { createOf, hookOf, listOf, searchOf } = require('./operations');

const { calls } = integration;

// Returns each item with the functions that `functionsOf` makes of its call.
const withFunctions = (items, functionsOf) =>
  Object.fromEntries(
    Object.entries(items).map(([key, item]) => [
      key,
      { ...item, operation: { ...item.operation, ...functionsOf(key, item) } },
    ]),
  );

module.exports = {
  version,
  platformVersion,
  authentication,
  beforeRequest: [addKey],
  afterResponse: [explainRefusal],
  triggers: withFunctions(integration.triggers, (key, item) =>
    key in calls.lists ? listOf(calls.lists[key]) : hookOf(calls.events, key, item.operation.outputFields),
  ),
  creates: withFunctions(integration.creates, (key) =>
    key === 'request_approval' ? approval : createOf(calls.creates[key]),
  ),
  searches: withFunctions(integration.searches, (key) => searchOf(calls.searches[key])),
  searchOrCreates: integration.searchOrCreates,
};
