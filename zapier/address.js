'use strict';
// Where does the installation live that a connection names?

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

// Returns the address without a slash at its end; refuses what would send the key in the clear.
const baseOf = (z, bundle) => {
  const given = String(bundle.authData.base_url || '').trim();
  let url;
  try {
    url = new URL(given);
  } catch {
    throw new z.errors.Error('The service address must be a full address, such as https://triage.example.com', 'address');
  }
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!isSafe || url.username || url.password || url.search || url.hash) {
    throw new z.errors.Error('The service address must begin with https:// and hold no name, password or query', 'address');
  }
  return url.href.replace(/\/+$/, '');
};

module.exports = { baseOf };
