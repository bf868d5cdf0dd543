// The list of tickets: pages forward, keeps its place under a filter, and takes up new tickets.
import { graphql } from "relay-runtime";

export const query = graphql`
  query TicketListQuery($filter: TicketFilter, $orderBy: [TicketOrder!]) {
    ...TicketList_tickets @arguments(filter: $filter, orderBy: $orderBy)
    viewer {
      locale
      permissions
      user {
        ...UserChip_user
      }
    }
  }
`;

export const fragment = graphql`
  fragment TicketList_tickets on Query
  @argumentDefinitions(
    filter: { type: "TicketFilter" }
    orderBy: { type: "[TicketOrder!]" }
    count: { type: "Int", defaultValue: 20 }
    cursor: { type: "String" }
  )
  @refetchable(queryName: "TicketListPaginationQuery") {
    tickets(first: $count, after: $cursor, filter: $filter, orderBy: $orderBy)
      @connection(key: "TicketList_tickets", filters: ["filter", "orderBy"]) {
      edges {
        node {
          id
          ...TicketRow_ticket
        }
      }
      totalCount(max: 1000) {
        value
        exact
      }
    }
  }
`;

export const row = graphql`
  fragment TicketRow_ticket on Ticket {
    number
    title
    statusCategory
    status {
      label
    }
    priority {
      label(locale: "zh-Hans")
      position
    }
    requester {
      ...UserChip_user
    }
    assignee {
      ...UserChip_user
    }
    updatedAt
  }
`;

export const chip = graphql`
  fragment UserChip_user on User {
    id
    name
    email
  }
`;
