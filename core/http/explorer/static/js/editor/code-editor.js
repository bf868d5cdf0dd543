// A text area with colours: the area takes the keys, a copy of its text behind it takes the paint.
import { announce } from '../state.js';
import { element } from '../dom.js';
import { pairAt, paint } from './paint.js';
import { SuggestionList } from './suggestion-list.js';
import { editByKey, replaceRange } from './typing.js';

let count = 0;

/**
 * An editor inside `host`. `read(text)` gives `{tokens, ...}`, kept as `reading`; `suggest(text, caret, reading)` gives
 * `{start, word, items}`. `onChange(text)` hears of every change.
 */
export class CodeEditor {
  constructor(host, { label, read, suggest = null, onChange, commentSign = null }) {
    Object.assign(this, { read, suggest, onChange, commentSign });
    const id = `suggestions-${(count += 1)}`;
    this.area = element('textarea', {
      class: 'code__area',
      'aria-label': label,
      'aria-autocomplete': suggest ? 'list' : null,
      'aria-controls': suggest ? id : null,
      spellcheck: 'false',
      autocapitalize: 'off',
      autocomplete: 'off',
      autocorrect: 'off',
      wrap: 'off',
    });
    this.paper = element('pre', { class: 'code__paper', 'aria-hidden': 'true' });
    this.lines = element('div', { class: 'code__lines', 'aria-hidden': 'true' });
    host.append(
      element(
        'div',
        { class: 'code' },
        this.lines,
        element('div', { class: 'code__sheet' }, this.paper, this.area),
      ),
    );
    this.list = new SuggestionList(id, (item) => this.#accept(item));
    this.#listen();
    this.refresh();
  }

  get text() {
    return this.area.value;
  }

  set text(text) {
    this.area.value = text;
    this.refresh();
    this.onChange?.(text);
  }

  get caret() {
    return this.area.selectionStart;
  }

  /** Replace everything so that undo brings the old text back. */
  rewrite(text) {
    replaceRange(this.area, 0, this.text.length, text);
    this.area.setSelectionRange(0, 0);
  }

  /** Put the caret on a line and column, both counted from 1. */
  goTo(line, column) {
    const start =
      this.text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length +
      (line > 1 ? 1 : 0) +
      column -
      1;
    const token = this.reading.tokens.find((one) => one.start === start);
    this.area.focus();
    this.area.setSelectionRange(start, token?.end ?? start);
    this.paper.querySelectorAll('span')[this.reading.tokens.indexOf(token)]?.scrollIntoView({ block: 'nearest' });
  }

  /** Read and paint again, for instance because the schema has arrived. */
  refresh() {
    this.reading = this.read(this.text);
    this.#paint();
    const lines = this.text.split('\n').length;
    this.lines.textContent = Array.from({ length: lines }, (_, index) => index + 1).join('\n');
  }

  #listen() {
    this.area.addEventListener('input', (event) => this.#changed(event));
    this.area.addEventListener('keydown', (event) => this.#key(event));
    this.area.addEventListener('blur', () => this.#close());
    this.area.addEventListener('click', (event) => (event.ctrlKey || event.metaKey) && this.#describe());
    document.addEventListener('selectionchange', () => document.activeElement === this.area && this.#paint());
  }

  #changed(event) {
    this.refresh();
    this.onChange?.(this.text);
    const typed = event.inputType === 'insertText' && /[\w@$.]/.test(event.data ?? '');
    if (typed || (this.list.isOpen && event.inputType.startsWith('delete'))) this.#propose();
    else this.#close();
  }

  #key(event) {
    if (event.key === ' ' && event.ctrlKey) this.#propose(true);
    else if (this.list.onKey(event.key)) this.#announceActive();
    else if (event.key === 'F1') this.#describe();
    else if (!editByKey(this.area, event, this.commentSign)) {
      if (event.key.startsWith('Arrow')) this.#close();
      return;
    }
    event.preventDefault();
  }

  #propose(asked = false) {
    if (!this.suggest) return;
    const { start, word, items } = this.suggest(this.text, this.caret, this.reading);
    this.start = start;
    if (!asked && !word) return this.#close();
    this.list.open(items, this.#placeOf(start));
    this.#announceActive();
  }

  #accept(item) {
    this.list.close();
    const text = item.insert ?? item.label;
    // A closing quote that the editor added itself is part of what is replaced.
    const end = text.endsWith('": ') && this.text[this.caret] === '"' ? this.caret + 1 : this.caret;
    replaceRange(this.area, this.start, end, text);
    this.#close();
  }

  #close() {
    this.list.close();
    this.#announceActive();
  }

  #announceActive() {
    if (this.list.activeId) this.area.setAttribute('aria-activedescendant', this.list.activeId);
    else this.area.removeAttribute('aria-activedescendant');
  }

  #describe() {
    const token = this.reading.tokens.find(
      ({ start, end }) => start <= this.caret && this.caret <= end && end > start,
    );
    if (token) announce('describe', token);
  }

  #paint() {
    const marked = pairAt(this.reading.tokens, document.activeElement === this.area ? this.caret : -1);
    this.paper.replaceChildren(paint(this.text, this.reading.tokens, marked));
  }

  #placeOf(position) {
    const range = document.createRange();
    const walker = document.createTreeWalker(this.paper, NodeFilter.SHOW_TEXT);
    let left = position;
    while (walker.nextNode() && left > walker.currentNode.length) left -= walker.currentNode.length;
    range.setStart(walker.currentNode, Math.min(left, walker.currentNode.length));
    return range.getBoundingClientRect();
  }
}
