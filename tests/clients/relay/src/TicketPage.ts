// One ticket: refetched by its global id, its messages paged backward from the newest, its timeline forward.
import { graphql } from "relay-runtime";

export const query = graphql`
  query TicketPageQuery($id: ID!) {
    node(id: $id) {
      __typename
      ...TicketHeader_ticket @alias(as: "header")
      ...TicketMessages_ticket @alias(as: "messages")
      ...TicketTimeline_ticket @alias(as: "timeline")
    }
  }
`;

export const header = graphql`
  fragment TicketHeader_ticket on Ticket @refetchable(queryName: "TicketHeaderRefetchQuery") {
    ...TicketRow_ticket
    version
    dueAt
    tags {
      id
      name
      color
    }
    group {
      id
      name
    }
    permissions {
      canUpdate
      canReply
      canNote
    }
  }
`;

export const messages = graphql`
  fragment TicketMessages_ticket on Ticket
  @argumentDefinitions(count: { type: "Int", defaultValue: 30 }, cursor: { type: "String" })
  @refetchable(queryName: "TicketMessagesPaginationQuery") {
    messages(last: $count, before: $cursor) @connection(key: "TicketMessages_messages") {
      edges {
        node {
          ...TicketMessage_message
        }
      }
    }
  }
`;

export const message = graphql`
  fragment TicketMessage_message on Message {
    sender
    visibility
    bodyHtml
    createdAt
    author {
      ...UserChip_user
    }
    attachments(first: 10) {
      nodes {
        id
        fileName
        byteSize
        url
      }
    }
  }
`;

export const timeline = graphql`
  fragment TicketTimeline_ticket on Ticket
  @argumentDefinitions(count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" })
  @refetchable(queryName: "TicketTimelinePaginationQuery") {
    timeline(first: $count, after: $cursor) @connection(key: "TicketTimeline_timeline") {
      edges {
        node {
          __typename
          ... on Message {
            ...TicketMessage_message @alias(as: "message")
          }
          ... on TicketEvent {
            id
            type
            changes
            occurredAt
            actor {
              ...UserChip_user
            }
          }
        }
      }
    }
  }
`;
