// The line under the editor: the first thing wrong with the document, or the keys worth knowing.
import { element, find } from '../dom.js';
import { say } from '../language.js';

export class ProblemLine {
  #host = find('#problem');

  constructor(onPlace) {
    this.onPlace = onPlace;
  }

  show({ text, reading }) {
    const token = reading.tokens.find(({ problem }) => problem);
    if (!token) {
      this.#host.replaceChildren(element('span', { class: 'muted' }, say('editor.keys')));
      return;
    }
    const before = text.slice(0, token.start).split('\n');
    const place = { line: before.length, column: before.at(-1).length + 1 };
    const words = say(`problem.${token.problem.code}`, { word: token.text, type: token.problem.type });
    this.#host.replaceChildren(
      element(
        'button',
        { class: 'link link--problem', type: 'button', onclick: () => this.onPlace(place) },
        `${place.line}:${place.column}`,
      ),
      element('span', {}, words),
    );
  }
}
