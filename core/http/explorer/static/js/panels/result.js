// The answer: how it went, what went wrong and where, and the JSON itself.
import { element, find } from '../dom.js';
import { paint } from '../editor/paint.js';
import { tokenizeJson } from '../graphql/json-tokens.js';
import { say } from '../language.js';

// Beyond this, colouring costs more than it helps.
const COLOUR_UP_TO = 300_000;

export class Result {
  #host = find('#result');
  #status = find('#result-status');

  /** `onPlace({line, column})` is told when a place of an error is chosen. */
  constructor(onPlace) {
    this.onPlace = onPlace;
    this.invite();
  }

  invite() {
    this.#status.replaceChildren();
    this.#host.replaceChildren(
      element(
        'div',
        { class: 'empty' },
        element('p', {}, say('result.empty')),
        element('p', { class: 'muted' }, say('result.hint')),
      ),
    );
  }

  /** A plain message instead of an answer; `tone` is `busy`, `bad` or nothing. */
  message(text, tone = '') {
    this.#status.replaceChildren();
    this.#host.replaceChildren(
      element('div', { class: `notice ${tone && `notice--${tone}`}`, role: 'status' }, text),
    );
  }

  show({ status, milliseconds, bytes, body, text }) {
    this.#status.replaceChildren(...facts({ status, milliseconds, bytes, body }));
    if (body === null) {
      this.#host.replaceChildren(
        element('p', { class: 'notice notice--bad' }, say('result.notJson')),
        element('pre', { class: 'json' }, text),
      );
      return;
    }
    this.#host.replaceChildren(...[errorList(body.errors, this.onPlace), json(body)].filter(Boolean));
  }
}

/** A value as coloured JSON. */
export function json(value) {
  const text = JSON.stringify(value, null, 2);
  const shown = text.length > COLOUR_UP_TO ? text : paint(text, tokenizeJson(text));
  return element('pre', { class: 'json', tabindex: '0' }, shown);
}

/** Errors with the places they speak of, each a button to go there. */
export function errorList(errors, onPlace) {
  if (!errors?.length) return null;
  return element('ul', { class: 'errors', role: 'alert' }, ...errors.map((error) => errorRow(error, onPlace)));
}

function errorRow({ message, locations, path, extensions }, onPlace) {
  const places = (locations ?? []).map((place) =>
    element(
      'button',
      { class: 'link', type: 'button', onclick: () => onPlace(place) },
      say('result.place', place),
    ),
  );
  return element(
    'li',
    { class: 'errors__item' },
    extensions?.code && element('code', { class: 'errors__code' }, extensions.code),
    element('span', {}, message),
    path && element('code', { class: 'errors__path' }, path.join('.')),
    ...places,
  );
}

function facts({ status, milliseconds, bytes, body }) {
  const bad = status >= 400 || body === null || body.errors?.length;
  const fact = (text, tone = '') => element('span', { class: `fact ${tone}` }, text);
  return [
    fact(String(status), bad ? 'fact--bad' : 'fact--good'),
    body?.errors?.length && fact(say('result.errors', { count: body.errors.length }), 'fact--bad'),
    fact(`${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`),
    fact(bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} kB`),
    ...costFacts(body?.extensions?.cost).map((text) => fact(text)),
  ].filter(Boolean);
}

function costFacts(cost) {
  if (cost === undefined || cost === null) return [];
  if (typeof cost !== 'object') return [say('result.cost', { cost })];
  const spent = cost.actual ?? cost.requested ?? cost.cost;
  return [
    spent !== undefined && say('result.cost', { cost: spent }),
    cost.remaining !== undefined && say('result.remaining', { remaining: cost.remaining }),
  ].filter(Boolean);
}
