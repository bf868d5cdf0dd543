// A document laid out afresh: two spaces, one field a line, arguments on their field's line.
import { tokenize } from './tokens.js';

const NO_SPACE_BEFORE = new Set([')', ']', ':', '!', '(']);
const NO_SPACE_AFTER = new Set(['(', '[', '...']);

/** The same tokens, laid out; comments stay on lines of their own. */
export function prettify(source) {
  const layout = new Layout(source);
  for (const token of tokenize(source)) layout.add(token);
  return `${layout.text.trim()}\n`;
}

class Layout {
  constructor(source) {
    this.source = source;
    this.text = '';
    this.depth = 0;
    this.parentheses = 0;
    this.previous = null;
  }

  add(token) {
    if (token.kind === 'comment') this.comment(token);
    else if (token.text === '{' && !this.parentheses) this.open();
    else if (token.text === '}' && !this.parentheses) this.close();
    else this.word(token);
    if ('(['.includes(token.text)) this.parentheses += 1;
    if (')]'.includes(token.text)) this.parentheses -= 1;
    this.previous = token;
  }

  line() {
    if (this.text && !this.text.endsWith('\n')) this.text += '\n';
    this.text += '  '.repeat(this.depth);
  }

  comment(token) {
    this.line();
    this.text += token.text;
  }

  open() {
    this.text += this.text && !this.text.endsWith('\n') ? ' {' : '{';
    this.depth += 1;
  }

  close() {
    this.depth = Math.max(0, this.depth - 1);
    this.line();
    this.text += '}';
    if (this.depth === 0) this.text += '\n\n';
  }

  word(token) {
    if (this.startsLine(token)) this.line();
    else if (this.parted(token)) this.text += this.comma(token) ? ', ' : ' ';
    this.text += token.text;
  }

  startsLine(token) {
    const { previous } = this;
    if (this.parentheses || !previous) return false;
    if (previous.kind === 'comment' || (previous.text === '{' && this.depth)) return true;
    if (this.depth === 0) return false;
    if (token.kind === 'directive' || NO_SPACE_BEFORE.has(token.text)) return false;
    return previous.text !== ':' && previous.text !== '...' && !this.inCondition();
  }

  /** After `... on`, the type belongs to the same line. */
  inCondition() {
    return this.previous.text === 'on' && this.text.endsWith('... on');
  }

  parted(token) {
    const { previous } = this;
    if (!previous || this.text.endsWith('\n')) return false;
    if (previous.text === '...' && token.text === 'on') return true;
    return !NO_SPACE_BEFORE.has(token.text) && !NO_SPACE_AFTER.has(previous.text);
  }

  /** Whether the writer had a comma here; commas mean nothing, but they read well between arguments. */
  comma(token) {
    return this.parentheses > 0 && this.source.slice(this.previous.end, token.start).includes(',');
  }
}
