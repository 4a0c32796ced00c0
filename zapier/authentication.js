'use strict';
// How does a person connect an installation, and how is the connection called?

const { calls, connection } = require('./integration.json');
const { called } = require('./call');

module.exports = {
  type: 'custom',
  fields: connection.fields,
  test: (z, bundle) => called(z, bundle, calls.test),
  connectionLabel: connection.connectionLabel,
};
