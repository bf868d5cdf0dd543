// Uses Apollo Client as a frontend does, against the URL and token in the environment, and prints what it saw.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";

const { API_URL, API_TOKEN, TICKET_ID, STALE_VERSION } = process.env;

function connect(token) {
  const sent = [];
  const counting = new ApolloLink((operation, forward) => {
    sent.push(operation.operationName);
    return forward(operation);
  });
  const cache = new InMemoryCache({
    possibleTypes: { UserError: ["InputError", "VersionConflictError"] },
    typePolicies: { Query: { fields: { tickets: relayStylePagination(["filter", "orderBy"]) } } },
  });
  const http = new HttpLink({ uri: API_URL, headers: { authorization: `Bearer ${token}` } });
  return { client: new ApolloClient({ cache, link: ApolloLink.from([counting, http]) }), sent };
}

const TICKETS = gql`
  query Tickets($first: Int, $after: String, $filter: TicketFilter, $orderBy: [TicketOrder!]) {
    tickets(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      edges {
        cursor
        node {
          id
          number
          title
          version
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;

const RENAME = gql`
  mutation Rename($input: TicketUpdateInput!) {
    ticketUpdate(input: $input) {
      ticket {
        id
        title
        version
      }
      userErrors {
        code
        path
        message
        ... on VersionConflictError {
          current {
            id
            ... on Ticket {
              title
            }
          }
        }
      }
    }
  }
`;

const { client, sent } = connect(API_TOKEN);

async function paginate(variables) {
  await client.query({ query: TICKETS, variables });
  const watched = client.watchQuery({ query: TICKETS, variables });
  const shown = new Set();
  const subscription = watched.subscribe(({ data }) => shown.add(data?.tickets?.edges?.length));
  for (;;) {
    // What a list on the screen shows follows the cache a moment later.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { edges, pageInfo } = client.readQuery({ query: TICKETS, variables }).tickets;
    if (!pageInfo.hasNextPage) {
      subscription.unsubscribe();
      return { shown: [...shown], ids: edges.map((edge) => edge.node.id) };
    }
    await watched.fetchMore({ variables: { after: pageInfo.endCursor } });
  }
}

async function rename(input) {
  const before = sent.length;
  const { data } = await client.mutate({ mutation: RENAME, variables: { input } });
  const fragment = gql`fragment Seen on Ticket { title version }`;
  const cached = client.readFragment({ id: client.cache.identify({ __typename: "Ticket", id: input.id }), fragment });
  return { payload: data.ticketUpdate, cached, requests: sent.length - before };
}

async function failure(through, variables) {
  try {
    await through.client.query({ query: TICKETS, variables, fetchPolicy: "network-only" });
    return null;
  } catch (error) {
    return { combined: CombinedGraphQLErrors.is(error), codes: error.errors?.map((each) => each.extensions?.code) };
  }
}

const orderBy = [{ field: "NUMBER", direction: "ASC" }];
const listed = await paginate({ first: 10, orderBy });
const newest = await paginate({ first: 7, orderBy: [{ field: "NUMBER", direction: "DESC" }] });
const renamed = await rename({ id: TICKET_ID, title: "Renamed" });
const edges = client.readQuery({ query: TICKETS, variables: { first: 10, orderBy } }).tickets.edges;
const inList = edges.find((edge) => edge.node.id === TICKET_ID).node.title;
const refused = await rename({ id: TICKET_ID, title: "" });
const conflict = await rename({ id: TICKET_ID, title: "Too late", expectedVersion: Number(STALE_VERSION) });
const badPage = await failure({ client }, { first: 1000 });
const badCursor = await failure({ client }, { first: 1, after: "not-a-cursor" });
const badVariable = await failure({ client }, { first: "ten" });
const stranger = await failure(connect("not-a-token"), { first: 1 });
console.log(JSON.stringify({ listed, newest, renamed, inList, refused, conflict, badPage, badCursor, badVariable, stranger }));
