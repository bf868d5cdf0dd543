// Where GraphQL answers, and as whom we ask.

const pathOf = (name) => document.querySelector(`meta[name="${name}"]`).content;

export const graphqlPath = pathOf('graphql-path');
export const graphiqlPath = pathOf('graphiql-path');

/** The person's credentials under the headers that the user wrote, who has the last word. */
export function headersFor(person, written) {
  const names = Object.keys(written).map((name) => name.toLowerCase());
  if (!person?.token || names.includes('authorization')) return { ...written };
  return { Authorization: `Bearer ${person.token}`, ...written };
}

export function socketAddress() {
  const address = new URL(graphqlPath, location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  return address.href;
}
