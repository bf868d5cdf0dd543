// Which operation runs when a document holds several: the one picked, else the one under the caret.
import { element, find } from '../dom.js';
import { say } from '../language.js';
import { on } from '../state.js';

export class OperationPicker {
  #select = find('#operation');
  #operations = [];

  constructor() {
    on('language', () => this.show(this.#operations));
  }

  /** Show the operations of a document; the picker itself only where there is something to pick. */
  show(operations) {
    const before = this.#select.value;
    this.#operations = operations;
    const named = operations.filter(({ name }) => name);
    this.#select.hidden = operations.length < 2;
    this.#select.replaceChildren(
      element('option', { value: '' }, say('editor.atCaret')),
      ...named.map(({ kind, name }) => element('option', { value: name }, `${kind} ${name}`)),
    );
    this.#select.value = named.some(({ name }) => name === before) ? before : '';
  }

  get chosen() {
    return this.#operations.find(({ name }) => name && name === this.#select.value) ?? this.#operations[0];
  }

  /** The picked operation, else the one around `caret`, else the first. */
  at(caret) {
    if (this.#select.value) return this.chosen;
    return this.#operations.find(({ start, end }) => start <= caret && caret <= end) ?? this.#operations[0];
  }
}
