// What was run, newest first; kept in this browser. Headers are not kept: they may be secrets.
import { element, find } from '../dom.js';
import { say } from '../language.js';
import { on, recall, remember } from '../state.js';

const KEEP = 50;

export class History {
  #host = find('#panel-history');
  #entries = recall('history', []);

  constructor(onChoose) {
    this.onChoose = onChoose;
    on('language', () => this.#show());
    this.#show();
  }

  /** Keep `{document, variables, name, kind}` on top, once. */
  add(entry) {
    if (!entry.document.trim()) return;
    const same = (other) => other.document === entry.document && other.variables === entry.variables;
    const others = this.#entries.filter((other) => !same(other));
    this.#entries = [{ ...entry, at: Date.now() }, ...others].slice(0, KEEP);
    this.#save();
  }

  #save() {
    remember('history', this.#entries);
    this.#show();
  }

  #show() {
    if (!this.#entries.length) {
      this.#host.replaceChildren(element('p', { class: 'muted' }, say('history.empty')));
      return;
    }
    const clear = () => {
      this.#entries = [];
      this.#save();
    };
    this.#host.replaceChildren(
      element('ul', { class: 'cards' }, ...this.#entries.map((entry) => this.#card(entry))),
      element('button', { class: 'button button--quiet', type: 'button', onclick: clear }, say('history.clear')),
    );
  }

  #card(entry) {
    const when = new Intl.DateTimeFormat(document.documentElement.lang, {
      dateStyle: 'short',
      timeStyle: 'short',
    });
    return element(
      'li',
      {},
      element(
        'button',
        { class: 'card', type: 'button', onclick: () => this.onChoose(entry) },
        element('span', { class: `badge badge--${entry.kind}` }, entry.kind),
        element('strong', {}, entry.name ?? say('history.unnamed')),
        element('span', { class: 'card__about' }, when.format(entry.at)),
      ),
    );
  }
}
