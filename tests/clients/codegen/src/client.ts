// How a team's own code reads the API with nothing but the generated types.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";

import { graphql, unmask, type FragmentType } from "./gql";

export type Send = <Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) => Promise<Data>;

export const Person = graphql(`
  fragment Person on User {
    id
    name
    email
  }
`);

export const Page = graphql(`
  query Page($filter: TicketFilter, $orderBy: [TicketOrder!], $after: String) {
    tickets(first: 50, after: $after, filter: $filter, orderBy: $orderBy) {
      nodes {
        id
        number
        title
        statusCategory
        createdAt
        dueAt
        requester {
          ...Person
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount(max: 100) {
        value
        exact
      }
    }
  }
`);

const nameOf = (person: FragmentType<typeof Person> | null): string =>
  person ? unmask(Person, person).name : "nobody";

export async function* overdue(send: Send, now: string): AsyncGenerator<string> {
  let after: string | null = null;
  do {
    const answer: Awaited<ReturnType<typeof page>> = await page(send, now, after);
    for (const ticket of answer?.nodes ?? []) {
      const due: string | null = ticket.dueAt ?? null;
      yield `${ticket.number} ${ticket.title} (${nameOf(ticket.requester ?? null)}), due ${due ?? "never"}`;
    }
    after = answer?.pageInfo.hasNextPage ? (answer.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
}

async function page(send: Send, now: string, after: string | null) {
  const filter = { and: [{ dueAt: { lt: now } }, { statusCategory: { in: ["NEW", "OPEN"] as ("NEW" | "OPEN")[] } }] };
  const { tickets } = await send(Page, { filter, orderBy: [{ field: "UPDATED_AT", direction: "DESC" }], after });
  return tickets;
}
