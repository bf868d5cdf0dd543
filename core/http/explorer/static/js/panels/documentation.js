// The schema as a book: where to begin, a page for each type, a search over all of it.
import { element, find, prose } from '../dom.js';
import { nameOf } from '../graphql/type-reference.js';
import { say } from '../language.js';
import { on } from '../state.js';
import { rootPage, typePage } from './documentation-pages.js';
import { searchSchema } from './documentation-search.js';

export class Documentation {
  #host = find('#docs-page');
  #search = find('#docs-search');
  #path = [];
  #message = 'docs.loading';
  #detail = {};
  #schema = null;

  /** `onInsert(kind, field)` writes an operation; `onShow()` brings the panel to the front; `onRetry()` asks again. */
  constructor({ onInsert, onShow, onRetry }) {
    Object.assign(this, { onInsert, onShow, onRetry });
    this.#search.addEventListener('input', () => this.#show());
    on('language', () => this.#show());
    on('describe', (token) => this.#describe(token));
    this.#show();
  }

  set schema(schema) {
    this.#schema = schema;
    this.#path = this.#path.filter(({ type }) => schema.type(type));
    this.#show();
  }

  failed(why) {
    this.#message = 'docs.failed';
    this.#detail = { why };
    this.#show();
  }

  /** Open the page of a type, with one of its fields in view. */
  open(type, field = null) {
    if (!this.#schema?.type(type)) return;
    this.#search.value = '';
    this.#path.push({ type, field });
    this.#show();
    const row = field && this.#host.querySelector(`[data-field="${field}"]`);
    if (row) row.scrollIntoView({ block: 'center' });
    else this.#host.scrollTop = 0;
  }

  #describe({ role, text, owner, definition }) {
    if (role === 'field' && owner) this.open(owner, text);
    else if (role === 'type') this.open(text);
    else if (role === 'argument' && definition) this.open(nameOf(definition.type));
    else return;
    this.onShow();
  }

  #show() {
    if (!this.#schema) this.#host.replaceChildren(...this.#waiting());
    else if (this.#search.value.trim()) this.#host.replaceChildren(...this.#found());
    else this.#host.replaceChildren(...this.#page());
  }

  #waiting() {
    const retry = element(
      'button',
      { class: 'button', type: 'button', onclick: () => this.onRetry() },
      say('docs.retry'),
    );
    return [
      element('p', { class: 'muted' }, say(this.#message, this.#detail)),
      this.#message === 'docs.failed' && retry,
    ].filter(Boolean);
  }

  #found() {
    const hits = searchSchema(this.#schema, this.#search.value);
    if (!hits.length) return [element('p', { class: 'muted' }, say('docs.nothing'))];
    const row = ({ type, field, description }) =>
      element(
        'li',
        {},
        element(
          'button',
          { class: 'hit', type: 'button', onclick: () => this.open(type, field) },
          element(
            'span',
            { class: 'hit__name' },
            field && element('span', { class: 'hit__owner' }, `${type}.`),
            field ?? type,
          ),
          description && element('span', { class: 'hit__about' }, ...prose(description.split('\n')[0])),
        ),
      );
    return [element('ul', { class: 'hits' }, ...hits.map(row))];
  }

  #page() {
    const here = this.#path.at(-1);
    const tools = { schema: this.#schema, open: (type, field) => this.open(type, field), insert: this.onInsert };
    if (!here) return rootPage(tools);
    return [this.#trail(), ...typePage(this.#schema.type(here.type), here.field, tools)];
  }

  #trail() {
    const go = (length) => () => {
      this.#path.length = length;
      this.#show();
      this.#search.focus();
    };
    const back = element(
      'button',
      { class: 'link', type: 'button', onclick: go(this.#path.length - 1) },
      `← ${say('docs.back')}`,
    );
    const home = element('button', { class: 'link', type: 'button', onclick: go(0) }, say('docs.home'));
    return element('nav', { class: 'trail' }, back, home);
  }
}
