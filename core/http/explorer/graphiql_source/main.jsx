// GraphiQL on this server's API, starting as the person chosen in the explorer.
import 'graphiql/style.css';
import './page.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createRoot } from 'react-dom/client';

const WORKERS = { json: 'json.worker.js', graphql: 'graphql.worker.js' };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(`/graphiql/${WORKERS[label] ?? 'editor.worker.js'}`, { type: 'module' }),
};

const path = document.querySelector('meta[name="graphql-path"]').content;

async function headersOfChosenPerson() {
  const chosen = JSON.parse(localStorage.getItem('deskgraph.person') ?? 'null');
  const people = await fetch('/explorer/people.json').then((response) => response.json());
  const person = chosen === null ? people[0] : people.find(({ tenant, email }) => chosen === `${tenant}/${email}`);
  return person ? { Authorization: `Bearer ${person.token}` } : {};
}

function fetcherFor(headers) {
  const socket = new URL(path, location.href);
  socket.protocol = socket.protocol.replace('http', 'ws');
  const wsClient = createClient({ url: socket.href, connectionParams: headers });
  return createGraphiQLFetcher({ url: path, wsClient });
}

const headers = await headersOfChosenPerson();
const page = document.body.appendChild(document.createElement('div'));
page.className = 'page';
createRoot(page).render(
  <GraphiQL fetcher={fetcherFor(headers)} initialHeaders={JSON.stringify(headers, null, 2)} />,
);
