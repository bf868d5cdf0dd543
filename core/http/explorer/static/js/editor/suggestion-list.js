// The list of suggestions under the caret. The editor keeps the focus; the list only shows and is told of keys.
import { element, prose } from '../dom.js';

export class SuggestionList {
  constructor(id, onChoose) {
    this.id = id;
    this.onChoose = onChoose;
    this.list = element('ul', { class: 'suggestions__list', id, role: 'listbox' });
    this.note = element('div', { class: 'suggestions__note' });
    this.box = element('div', { class: 'suggestions', hidden: true }, this.list, this.note);
    document.body.append(this.box);
  }

  get isOpen() {
    return !this.box.hidden;
  }

  get activeId() {
    return this.isOpen ? `${this.id}-${this.active}` : null;
  }

  open(items, { left, top, bottom }) {
    if (!items.length) return this.close();
    this.items = items;
    this.list.replaceChildren(...items.map((item, index) => this.#row(item, index)));
    this.box.hidden = false;
    this.#place(left, top, bottom);
    this.#activate(0);
  }

  close() {
    this.box.hidden = true;
  }

  /** Answer a key; whether it was the list's. */
  onKey(key) {
    if (!this.isOpen) return false;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const step = key === 'ArrowDown' ? 1 : -1;
      this.#activate((this.active + step + this.items.length) % this.items.length);
      return true;
    }
    if (key === 'Enter' || key === 'Tab') {
      this.onChoose(this.items[this.active]);
      return true;
    }
    if (key !== 'Escape') return false;
    this.close();
    return true;
  }

  #row(item, index) {
    const choose = (event) => {
      event.preventDefault();
      this.onChoose(item);
    };
    return element(
      'li',
      { class: 'suggestions__item', id: `${this.id}-${index}`, role: 'option', onpointerdown: choose },
      element(
        'span',
        { class: item.deprecated ? 'suggestions__label is-deprecated' : 'suggestions__label' },
        item.label,
      ),
      item.detail && element('span', { class: 'suggestions__detail' }, item.detail),
    );
  }

  #activate(index) {
    this.active = index;
    [...this.list.children].forEach((row, at) => row.setAttribute('aria-selected', String(at === index)));
    this.list.children[index].scrollIntoView({ block: 'nearest' });
    const { description } = this.items[index];
    this.note.hidden = !description;
    this.note.replaceChildren(...prose(description ?? ''));
  }

  #place(left, top, bottom) {
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const above = bottom + height > innerHeight && top > height;
    this.box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    this.box.style.top = `${above ? top - height - 4 : bottom + 4}px`;
  }
}
