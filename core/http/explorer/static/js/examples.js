// First queries for a newcomer. An example may look up real ids first, as the person it will run as.

const FIRST_TICKET = /* GraphQL */ `
  query FirstTicket {
    tickets(first: 1) {
      nodes {
        id
        number
      }
    }
  }
`;

const SOLVABLE = /* GraphQL */ `
  query Solvable {
    tickets(first: 1, filter: { statusCategory: { in: [NEW, OPEN, PENDING] } }) {
      nodes {
        id
      }
    }
    statuses(filter: { key: { eq: "solved" } }) {
      nodes {
        id
      }
    }
  }
`;

const solvedStatus = (data) => data.statuses?.nodes?.[0];
const firstTicket = (data) => data.tickets?.nodes?.[0];

export const EXAMPLES = [
  {
    id: 'me',
    title: { en: 'Who am I?', zh: '我是谁？' },
    about: { en: 'You, your tenant, and what you may do.', zh: '当前用户、所属租户及其权限。' },
    document: /* GraphQL */ `
      query WhoAmI {
        viewer {
          user {
            id
            name
            email
          }
          tenant {
            name
          }
          permissions
          locale
        }
      }
    `,
  },
  {
    id: 'my-open-tickets',
    title: { en: 'My open tickets', zh: '我的未解决工单' },
    about: { en: 'The newest twenty that you may see.', zh: '最近更新的二十张可见工单。' },
    document: /* GraphQL */ `
      query MyOpenTickets {
        tickets(
          first: 20
          filter: { statusCategory: { in: [NEW, OPEN, PENDING] } }
          orderBy: [{ field: UPDATED_AT, direction: DESC }]
        ) {
          totalCount {
            value
            exact
          }
          nodes {
            id
            number
            title
            status {
              label
            }
            requester {
              name
            }
            updatedAt
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    `,
  },
  {
    id: 'ticket-with-timeline',
    title: { en: 'A ticket with its timeline', zh: '工单及其时间线' },
    about: { en: 'Everything said and done, oldest first.', zh: '按时间顺序查看全部往来。' },
    lookup: { document: FIRST_TICKET, variables: (data) => ({ id: firstTicket(data)?.id }) },
    document: /* GraphQL */ `
      query TicketWithTimeline($id: ID!) {
        ticket(id: $id) {
          number
          title
          status {
            label
          }
          timeline(first: 30) {
            nodes {
              __typename
              ... on Message {
                createdAt
                visibility
                bodyText
                author {
                  name
                }
              }
              ... on TicketEvent {
                occurredAt
                type
                changes
                actor {
                  name
                }
              }
            }
          }
        }
      }
    `,
    variables: { id: '' },
  },
  {
    id: 'create',
    title: { en: 'Open a ticket', zh: '新建工单' },
    about: { en: 'Problems with the input come back in userErrors.', zh: '输入有误时由 userErrors 返回。' },
    document: /* GraphQL */ `
      mutation OpenTicket($input: TicketCreateInput!) {
        ticketCreate(input: $input) {
          ticket {
            id
            number
            title
            status {
              label
            }
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    variables: {
      input: { title: 'The printer on floor 3 prints nothing', body: 'It hums, then stops. 三楼打印机无法打印。' },
    },
  },
  {
    id: 'reply',
    title: { en: 'Reply to a ticket', zh: '回复工单' },
    about: { en: 'An agent answers the customer, a customer the agent.', zh: '客服答复客户，或客户答复客服。' },
    lookup: {
      document: FIRST_TICKET,
      variables: (data) => ({ input: { id: firstTicket(data)?.id, body: 'Is it better now? 现在好了吗？' } }),
    },
    document: /* GraphQL */ `
      mutation Reply($input: TicketReplyInput!) {
        ticketReply(input: $input) {
          ticket {
            number
            status {
              label
            }
            version
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    variables: { input: { id: '', body: '' } },
  },
  {
    id: 'close',
    title: { en: 'Solve a ticket', zh: '解决工单' },
    about: { en: 'Agents only. Status changes pass the same rules for everybody.', zh: '仅限客服。状态变更遵循同样的规则。' },
    lookup: {
      document: SOLVABLE,
      variables: (data) => ({ input: { id: firstTicket(data)?.id, statusId: solvedStatus(data)?.id } }),
    },
    document: /* GraphQL */ `
      mutation SolveTicket($input: TicketUpdateInput!) {
        ticketUpdate(input: $input) {
          ticket {
            number
            status {
              label
            }
            version
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    variables: { input: { id: '', statusId: '' } },
  },
];

/** A document as written in this file, without the margin that the file gives it. */
export function withoutMargin(document) {
  const lines = document.replace(/^\n|\s+$/g, '').split('\n');
  const margin = /^ */.exec(lines[0])[0].length;
  return `${lines.map((line) => line.slice(margin)).join('\n')}\n`;
}
