'use strict';
const assert = require('node:assert');
const { test } = require('node:test');
const { address, authData, receiver, refusal, results } = require('./service');

const tried = (changes) => results('authentication.test', { authData: { ...authData, ...changes } });

test('a good key says who is connected, and the label is made of it', async () => {
  const me = await tried({});
  assert.strictEqual(me.name, 'zaps');
  assert.strictEqual(me.tenant, 'acme');
  assert.strictEqual(me.platform, 'zapier');
});

test('a slash at the end of the address changes nothing', async () => {
  assert.strictEqual((await tried({ base_url: `${address}/` })).name, 'zaps');
});

for (const base_url of ['http://triage.example.com', 'triage.example.com', 'ftp://127.0.0.1', 'https://a:b@example.com', '']) {
  test(`the address ${JSON.stringify(base_url)} is refused before anything is sent`, async () => {
    const { said } = await refusal(() => tried({ base_url }));
    assert.match(said, /service address must/);
  });
}

test('a wrong key asks for a new connection, and is not repeated', async () => {
  const { name, whole } = await refusal(() => tried({ api_key: 'wrong-key-4711' }));
  assert.strictEqual(name, 'ExpiredAuthError');
  assert.doesNotMatch(whole, /4711/);
});

test('a key that is used up waits for the seconds that the service names', async () => {
  const { name, whole } = await refusal(() => tried({ api_key: 'tired' }));
  assert.strictEqual(name, 'ThrottledError');
  assert.strictEqual(JSON.parse(whole.split('\n')[0]).delay, 17);
});

test('the key goes to the installation alone', async () => {
  const other = await receiver();
  const z = require('../middleware');
  const sent = z.addKey({ url: `${other.url}/x`, headers: {} }, { errors: {} }, { authData });
  assert.strictEqual(sent.headers['x-api-key'], undefined);
  await other.close();
});

const answering = async (status, body, headers = {}) => {
  const service = await receiver((_, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    response.end(body);
  });
  const found = await refusal(() => tried({ base_url: service.url }));
  await service.close();
  return found;
};

test('a service that is not ready is asked again later', async () => {
  const { name, whole } = await answering(503, '{"detail":"wait a little"}', { 'retry-after': '9' });
  assert.strictEqual(name, 'ThrottledError');
  assert.strictEqual(JSON.parse(whole.split('\n')[0]).delay, 9);
  assert.match(whole, /Wait a little/);
});

test('an answer of something else than the service is told with its status', async () => {
  const { name, said } = await answering(502, '<html>Bad gateway</html>');
  assert.strictEqual(name, 'AppError');
  assert.match(said, /status 502/);
});
