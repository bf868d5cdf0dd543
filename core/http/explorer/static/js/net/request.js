// One operation over HTTP.
import { graphqlPath } from './address.js';

/**
 * Send it and report `{status, milliseconds, bytes, body, text}`; `body` is null where the answer is no JSON.
 * Raises what `fetch` raises where there is no answer at all. `session` sends the browser's own cookie along.
 */
export async function send({ document, variables, operationName, headers = {}, session = false, signal }) {
  const started = performance.now();
  const response = await fetch(graphqlPath, {
    method: 'POST',
    headers: {
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      'Content-Type': 'application/json',
      'X-Deskgraph-Request': 'explorer',
      ...headers,
    },
    body: JSON.stringify({ query: document, variables, operationName: operationName ?? undefined }),
    credentials: session ? 'same-origin' : 'omit',
    signal,
  });
  const text = await response.text();
  const milliseconds = performance.now() - started;
  return { status: response.status, milliseconds, bytes: new Blob([text]).size, body: parse(text), text };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
