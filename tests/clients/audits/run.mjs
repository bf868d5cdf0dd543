// Runs graphql-http's server audits against the URL in argv, with the token in argv if any, and prints JSON.
import { serverAudits } from "graphql-http";

const [url, token] = process.argv.slice(2);
const headers = token ? { authorization: `Bearer ${token}` } : {};
const fetchFn = (to, init) => fetch(to, { ...init, headers: { ...init?.headers, ...headers } });

const results = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const { id, name, status, reason, response } = await audit.fn();
  const answer = response && { status: response.status, body: response.bodyUsed ? null : await response.text() };
  results.push({ id, name, status, reason, answer });
}
console.log(JSON.stringify(results));
