'use strict';
// How do tests run the app as Zapier does, and command the service that it calls?

const http = require('node:http');
const { createAppHandler } = require('zapier-platform-core');
const App = require('..');

const address = process.env.TRIAGE_TEST_SERVICE;
const handler = createAppHandler(App);

// Corrections need the right of a person, who can lend a key to the app.
const IN_PERSON = { authData: { base_url: address, api_key: 'lee' } };

const authData = { base_url: address, api_key: 'zaps' };

// Runs one method of the app in the platform's own handler.
const run = (method, bundle = {}, more = {}) =>
  handler({ command: 'execute', method, bundle: { authData, inputData: {}, meta: {}, ...bundle }, ...more });

const results = async (method, bundle, more) => (await run(method, bundle, more)).results;

const perform = (kind, key, inputData = {}, more = {}) =>
  results(`${kind}.${key}.operation.perform`, { inputData, ...more });

const create = (key, inputData, more) => perform('creates', key, inputData, more);
const search = (key, inputData, more) => perform('searches', key, inputData, more);

// The platform puts what it has to say of an error into JSON inside of its message.
const refusal = async (work) => {
  try {
    await work();
  } catch (error) {
    let said = error.message;
    try {
      said = JSON.parse(error.message.split('\n')[0]).message || error.message;
    } catch {
      // a plain sentence
    }
    return { name: error.name, said, whole: error.message };
  }
  throw new Error('it was not refused');
};

const command = async (name, given = {}) => {
  const answer = await fetch(`${address}/command/${name}`, { method: 'POST', body: JSON.stringify(given) });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
};

// Catches what is posted here.
const receiver = async (answer = (_request, response) => response.end('{}')) => {
  const got = [];
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      got.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      answer(request, response);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const url = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { got, url, close };
};

let tickets = 0;
const complete = {
  impact: 'medium',
  urgency: 'medium',
  affected_system: 'mail',
  customer_tier: 'standard',
  data_sensitivity: 'internal',
};
const newTicket = (more = {}) => {
  tickets += 1;
  return create('submit_ticket', {
    source: 'zendesk',
    source_id: `z${process.pid}-${tickets}`,
    subject: 'printer',
    body: 'does not print',
    ...complete,
    ...more,
  });
};

// A text that a flow brings always needs a person.
const newMessage = async (more = {}) => {
  const ticket = await newTicket();
  return create('prepare_message', {
    ticket_id: ticket.ticket_id,
    kind: 'first_response',
    body: `Hello, we look into ${ticket.ticket_id}. Desk`,
    subject: 'Your ticket',
    to_csv: ['jo@example.com'],
    once_per: ticket.ticket_id,
    ...more,
  });
};

module.exports = {
  App,
  IN_PERSON,
  address,
  authData,
  command,
  complete,
  create,
  handler,
  newMessage,
  newTicket,
  perform,
  receiver,
  refusal,
  results,
  run,
  search,
};
