// Colours: text as a run of spans, one for each token that has a role.

const BRACKETS = { '{': '}', '(': ')', '[': ']' };

/** The nodes that show `text`, with a span for each token; what lies between stays plain. */
export function paint(text, tokens, marked = new Set()) {
  const shown = document.createDocumentFragment();
  let position = 0;
  for (const token of tokens) {
    if (token.start > position) shown.append(text.slice(position, token.start));
    const span = document.createElement('span');
    span.className = classOf(token, marked);
    span.textContent = text.slice(token.start, token.end);
    shown.append(span);
    position = token.end;
  }
  // A line break at the very end needs something after it to take up a line.
  shown.append(`${text.slice(position)}\n`);
  return shown;
}

function classOf(token, marked) {
  const classes = [`t-${token.role ?? token.kind}`];
  if (token.problem || token.kind === 'invalid') classes.push('t-problem');
  if (marked.has(token)) classes.push('t-pair');
  return classes.join(' ');
}

/** The bracket at the caret and its partner, or nothing. */
export function pairAt(tokens, caret) {
  const open = [];
  for (const token of tokens) {
    if (BRACKETS[token.text]) open.push(token);
    else if (Object.values(BRACKETS).includes(token.text)) {
      const partner = open.pop();
      const touches = [token.start, token.end, partner?.start, partner?.end].includes(caret);
      if (partner && BRACKETS[partner.text] === token.text && touches) return new Set([partner, token]);
    }
  }
  return new Set();
}
