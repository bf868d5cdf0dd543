// Uses graphql-ws, graphql-sse and Apollo Client as frontends do, against the server in the environment, and prints
// what they saw.
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient as createEvents } from "graphql-sse";
import { createClient as createSocket } from "graphql-ws";
import WebSocket from "ws";

// Browsers have it; Apollo Client tells a closed socket from an error by it.
globalThis.WebSocket ??= WebSocket;

const { API_URL } = process.env;
const SOCKET_URL = API_URL.replace("http", "ws");
const bearer = (token) => ({ Authorization: `Bearer ${token}` });

const socket = (token, options = {}) =>
  createSocket({ url: SOCKET_URL, webSocketImpl: WebSocket, connectionParams: bearer(token), retryAttempts: 0, ...options });
const events = (token, options = {}) =>
  createEvents({ url: API_URL, headers: bearer(token), retryAttempts: 0, ...options });
const apollo = (link) => new ApolloClient({ cache: new InMemoryCache(), link });

const codes = (errors) => (Array.isArray(errors) ? errors.map((each) => each.extensions?.code) : null);
const codeOf = (error) => codes(error) ?? { name: error.constructor.name, code: error.code ?? null };

// All results of an operation, and how it ended.
const all = (client, query, variables) =>
  new Promise((resolve) => {
    const seen = [];
    client.subscribe(
      { query, variables },
      {
        next: (result) => seen.push(result.errors ? codes(result.errors) : result.data),
        complete: () => resolve({ seen, ended: "complete" }),
        error: (error) => resolve({ seen, ended: codeOf(error) }),
      },
    );
  });

// As many results as wanted; then the client itself ends the subscription.
async function take(client, query, variables, wanted, between) {
  const seen = [];
  for await (const result of client.iterate({ query, variables })) {
    seen.push(result.data);
    if (seen.length === wanted) break;
    await between(seen.length);
  }
  return seen;
}

const allOfApollo = (client, query) =>
  new Promise((resolve) => {
    const seen = [];
    client.subscribe({ query }).subscribe({
      next: ({ data, error }) => {
        // Errors that come in a list of their own, over a socket, are the cause of Apollo's.
        seen.push(error ? (codes(error.errors) ?? codes(error.cause) ?? String(error)) : data);
      },
      complete: () => resolve({ seen, ended: "complete" }),
      error: (error) => resolve({ seen, ended: String(error) }),
    });
  });

const COUNT = "subscription { count(to: 3) }";
const TICKS = "subscription($after: String) { ticks(after: $after) { number cursor } }";
const tick = async () => {
  const answer = await fetch(API_URL, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer("good") },
    body: JSON.stringify({ query: "mutation { tick }" }),
  });
  return (await answer.json()).data.tick;
};

// What both have to show, whatever carries it.
async function protocol(make) {
  const client = make("good");
  await tick();
  const last = await tick();
  const seen = {
    query: await all(client, "{ hello }"),
    mutation: await all(client, 'mutation { write(text: "x") }'),
    count: await all(client, COUNT),
    refused: await all(client, "subscription { refused }"),
    broken: await all(client, "{ broken }"),
    invalid: await all(client, "{ nothing }"),
    resumed: await take(client, TICKS, { after: `c${last}` }, 2, tick).catch(codeOf),
    stranger: await all(make("stranger"), "{ hello }"),
  };
  client.dispose();
  return seen;
}

// The first event of the resumed subscription is made while it waits.
const ticking = setInterval(tick, 200);
const report = { socket: await protocol(socket), events: await protocol(events) };
clearInterval(ticking);

report.multipart = {};
const http = apollo(new HttpLink({ uri: API_URL, headers: bearer("good") }));
const overSocket = apollo(new GraphQLWsLink(socket("good")));
for (const [name, client] of Object.entries({ multipart: http, apolloSocket: overSocket })) {
  report[name] = {
    query: (await client.query({ query: gql`query { hello }` })).data,
    count: await allOfApollo(client, gql(COUNT)),
    refused: await allOfApollo(client, gql("subscription { refused }")),
  };
}

const revoke = socket("revoked");
report.revoked = await new Promise((resolve) => {
  revoke.on("closed", (event) => resolve({ code: event.code, reason: event.reason }));
  revoke.subscribe({ query: TICKS }, { next() {}, error() {}, complete() {} });
  revoke.on("connected", () => fetch(API_URL, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer("good") },
    body: JSON.stringify({ query: 'mutation { revoke(token: "revoked") }' }),
  }));
});

console.log(JSON.stringify(report));
process.exit(0);
