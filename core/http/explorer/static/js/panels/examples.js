// The list of examples. Choosing one writes it, with ids that exist for the person we act as.
import { element, find } from '../dom.js';
import { EXAMPLES, withoutMargin } from '../examples.js';
import { pick, say } from '../language.js';
import { on } from '../state.js';

export class Examples {
  #host = find('#panel-examples');

  /** `ask(document)` gives the data of a query; `onChoose({document, variables})` takes the example. */
  constructor({ ask, onChoose }) {
    this.ask = ask;
    this.onChoose = onChoose;
    on('language', () => this.#show());
    this.#show();
  }

  #show() {
    this.#host.replaceChildren(
      element('p', { class: 'muted' }, say('examples.intro')),
      element('ul', { class: 'cards' }, ...EXAMPLES.map((example) => this.#card(example))),
      element('p', { class: 'muted' }, say('examples.replace')),
    );
  }

  #card(example) {
    const kind = /^\s*(\w+)/.exec(example.document)[1];
    return element(
      'li',
      {},
      element(
        'button',
        { class: 'card', type: 'button', onclick: () => this.#choose(example) },
        element('span', { class: `badge badge--${kind}` }, kind),
        element('strong', {}, pick(example.title)),
        element('span', { class: 'card__about' }, pick(example.about)),
      ),
    );
  }

  async #choose(example) {
    const data = example.lookup && (await this.ask(withoutMargin(example.lookup.document)));
    const variables = (data && example.lookup.variables(data)) ?? example.variables;
    this.onChoose({
      document: withoutMargin(example.document),
      variables: variables ? JSON.stringify(variables, null, 2) : '',
    });
  }
}
