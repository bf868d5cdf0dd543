// Changes: the store follows the payload, refusals are read as data.
import { graphql } from "relay-runtime";

export const refusal = graphql`
  fragment Refusal_error on UserError {
    code
    message
    path
    ... on VersionConflictError {
      current {
        __typename
        id
        ...TicketHeader_ticket @alias(as: "theirs")
      }
    }
  }
`;

export const create = graphql`
  mutation TicketMutationsCreateMutation($input: TicketCreateInput!, $connections: [ID!]!) {
    ticketCreate(input: $input) {
      ticket @prependNode(connections: $connections, edgeTypeName: "TicketEdge") {
        id
        ...TicketRow_ticket
      }
      userErrors {
        ...Refusal_error
      }
    }
  }
`;

export const update = graphql`
  mutation TicketMutationsUpdateMutation($input: TicketUpdateInput!) @raw_response_type {
    ticketUpdate(input: $input) {
      ticket {
        ...TicketHeader_ticket
      }
      userErrors {
        ...Refusal_error
      }
    }
  }
`;

export const reply = graphql`
  mutation TicketMutationsReplyMutation($input: TicketReplyInput!, $connections: [ID!]!) {
    ticketReply(input: $input) {
      message @appendNode(connections: $connections, edgeTypeName: "MessageEdge") {
        id
        ...TicketMessage_message
      }
      ticket {
        ...TicketRow_ticket
        version
      }
      userErrors {
        ...Refusal_error
      }
    }
  }
`;
