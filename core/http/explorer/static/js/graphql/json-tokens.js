// The parts of JSON text, for colours; and where it stops being JSON.

const PATTERN =
  /(?<key>"(?:\\.|[^"\\\n])*"(?=\s*:))|(?<string>"(?:\\.|[^"\\\n])*"?)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<literal>\b(?:true|false|null)\b)|(?<punctuation>[{}[\]:,])|(?<invalid>[^\s])/g;

export function tokenizeJson(source) {
  const tokens = [];
  for (const match of source.matchAll(PATTERN)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    tokens.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}

/** The object the text holds; an empty text is an empty object. Raises SyntaxError or TypeError. */
export function parseObject(text) {
  if (!text.trim()) return {};
  const value = JSON.parse(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new TypeError('not an object');
  return value;
}
