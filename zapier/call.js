'use strict';
// How does a row of `calls` become one request to the service?

const { createHash } = require('crypto');
const { baseOf } = require('./address');

// Zapier gives a step 30 seconds; a sentence of ours comes before its own.
const TIME_LIMIT = Number(process.env.TRIAGE_TIME_LIMIT_MS) || 25000;
const LATE = new Set(['TimeoutError', 'AbortError']);

const isGiven = (value) => value !== undefined && value !== null && value !== '';

// People choose several entries of a list that travels as one text.
const joined = (name, value) => (name.endsWith('_csv') && Array.isArray(value) ? value.filter(isGiven).join(',') : value);

const filled = (value) => {
  if (Array.isArray(value)) {
    return value.map(filled);
  }
  if (value && typeof value === 'object') {
    return picked(value, Object.keys(value));
  }
  return value;
};

const picked = (data, names) =>
  Object.fromEntries(
    names.filter((name) => isGiven(data[name])).map((name) => [name, filled(joined(name, data[name]))]),
  );

const pathOf = (path, data) => path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(data[name] ?? ''));

// The same step that runs again for the same reason sends the same key, and no other step does.
const keyOf = (call, path, reason) => createHash('sha256').update([call.operation, path, reason].join('\n')).digest('hex');

const request = (call, base, data) => {
  const path = pathOf(call.path, data);
  const headers = call.once_per ? { 'Idempotency-Key': keyOf(call, path, data[call.once_per] ?? '') } : {};
  return {
    method: call.method,
    url: base + path,
    params: picked(data, call.query || []),
    headers: call.body ? { ...headers, 'Content-Type': 'application/json' } : headers,
    body: call.body ? JSON.stringify(picked(data, call.body)) : undefined,
    skipThrowForStatus: Boolean(call.finds),
    signal: AbortSignal.timeout(TIME_LIMIT),
  };
};

// Returns what the service answers; nothing where a search asked for a name that there is not.
const called = async (z, bundle, call, data = bundle.inputData) => {
  const sent = request(call, baseOf(z, bundle), { ...data, ...call.fixed });
  const response = await z.request(sent).catch((error) => {
    throw LATE.has(error.name)
      ? new z.errors.Error('The service did not answer in time; it is safe to run this step again.', 'timeout', 504)
      : error;
  });
  return response.status === 404 ? null : response.json;
};

module.exports = { called };
