// The words and signs of a GraphQL document. Never fails: what it does not know is an `invalid` token.

const PATTERN = new RegExp(
  [
    /(?<space>[\s,\uFEFF]+)/,
    /(?<comment>#[^\n\r]*)/,
    /(?<block>"""(?:\\"""|[^])*?(?:"""|$))/,
    /(?<string>"(?:\\.|[^"\\\n\r])*"?)/,
    /(?<variable>\$\w+)/,
    /(?<directive>@\w+)/,
    /(?<name>[_A-Za-z]\w*)/,
    /(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/,
    /(?<punctuation>\.\.\.|[!$&()[\]{}:=|@])/,
    /(?<invalid>[^])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'g',
);

/** Tokens in order, without white space: `{kind, text, start, end}`. */
export function tokenize(source) {
  const tokens = [];
  for (const match of source.matchAll(PATTERN)) {
    if (match.groups.space !== undefined) continue;
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    tokens.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}
