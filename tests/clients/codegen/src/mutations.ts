// Mutations: what may be left out may be left out, and refusals are told apart by their type.
import { graphql } from "./gql";
import type { Send } from "./client";

const Open = graphql(`
  mutation Open($input: TicketCreateInput!) {
    ticketCreate(input: $input) {
      ticket {
        id
        version
      }
      userErrors {
        __typename
        code
        message
        path
      }
    }
  }
`);

const Rename = graphql(`
  mutation Rename($input: TicketUpdateInput!) {
    ticketUpdate(input: $input) {
      ticket {
        id
        title
        version
      }
      userErrors {
        __typename
        code
        message
        path
        ... on VersionConflictError {
          current {
            __typename
            ... on Ticket {
              id
              title
              version
            }
          }
        }
      }
    }
  }
`);

export async function open(send: Send, title: string): Promise<string> {
  const custom = [
    { key: "serial", value: { text: "A-1" } },
    { key: "warranty", value: { boolean: true } },
    { key: "old", value: null },
  ];
  const { ticketCreate } = await send(Open, { input: { title, body: "…", customFields: custom } });
  const refused = ticketCreate?.userErrors[0];
  if (refused) throw new Error(`${refused.code} at ${refused.path?.join(".") ?? "input"}: ${refused.message}`);
  if (!ticketCreate?.ticket) throw new Error("not to be seen");
  return ticketCreate.ticket.id;
}

export async function rename(send: Send, id: string, title: string, expectedVersion: number): Promise<number> {
  // Left out stays, null empties: the generated type allows both.
  const { ticketUpdate } = await send(Rename, { input: { id, title, expectedVersion, dueAt: null } });
  for (const error of ticketUpdate?.userErrors ?? []) {
    if (error.__typename === "VersionConflictError" && error.current?.__typename === "Ticket") {
      return rename(send, id, `${error.current.title} / ${title}`, error.current.version);
    }
  }
  return ticketUpdate?.ticket?.version ?? expectedVersion;
}
