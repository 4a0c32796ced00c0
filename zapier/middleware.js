'use strict';
// What is added to each request, and what does a person read when the service refuses one?

const { baseOf } = require('./address');

const A_MINUTE = 60;
const LONGEST_WAIT = 300;

// The key goes to the installation of the connection, and nowhere else.
const addKey = (request, z, bundle) => {
  if (bundle.authData.base_url && new URL(request.url).origin === new URL(baseOf(z, bundle)).origin) {
    request.headers = { ...request.headers, Accept: 'application/json', 'x-api-key': bundle.authData.api_key };
  }
  return request;
};

const problemOf = (response) => {
  try {
    const problem = response.json || JSON.parse(response.content);
    return problem && typeof problem === 'object' ? problem : {};
  } catch {
    return {};
  }
};

const secondsOf = (response) => {
  const seconds = Number.parseInt(response.getHeader('retry-after'), 10);
  return Number.isInteger(seconds) ? Math.min(seconds, LONGEST_WAIT) : A_MINUTE;
};

// A problem's detail says what is wrong and what to do next; its errors say where.
const sentenceOf = (problem, status) => {
  const said = problem.detail || problem.title || `The service answered with status ${status}.`;
  const wrong = (problem.errors || []).map(({ pointer, expected }) => `${pointer}: expected ${expected}`);
  const sentence = said.charAt(0).toUpperCase() + said.slice(1);
  return [sentence, ...wrong].join('\n');
};

const REFUSALS = {
  401: (z, sentence) => new z.errors.ExpiredAuthError(sentence),
  409: (z, sentence) => new z.errors.HaltedError(sentence),
  422: (z, sentence) => new z.errors.HaltedError(sentence),
  503: (z, sentence, response) => new z.errors.ThrottledError(sentence, secondsOf(response)),
};

// 429 never comes here: the platform itself makes a ThrottledError of it.
const explainRefusal = (response, z) => {
  const isLeftToCaller = response.skipThrowForStatus && response.status === 404;
  if (response.status < 400 || isLeftToCaller) {
    return response;
  }
  const problem = problemOf(response);
  const sentence = sentenceOf(problem, response.status);
  const refusal = REFUSALS[response.status];
  throw refusal ? refusal(z, sentence, response) : new z.errors.Error(sentence, problem.code, response.status);
};

module.exports = { addKey, explainRefusal };
