// Whom we act as: one of the demo's people, the browser's own session, or nobody.
import { element, find } from '../dom.js';
import { say, sayRole } from '../language.js';
import { announce, on, recall, remember } from '../state.js';

const ANONYMOUS = { key: 'anonymous' };
const SESSION = { key: 'session', session: true };
const FIRST_ROLE = 'agent';

const keyOf = (person) => `${person.tenant}/${person.email}`;

export class People {
  #select = find('#person');
  #people = [];

  /** The one we act as: `{key, token?, session?}`. */
  current = ANONYMOUS;

  async load() {
    const response = await fetch('/explorer/people.json').catch(() => null);
    const people = response?.ok ? await response.json() : [];
    this.#people = people.map((person) => ({ ...person, key: keyOf(person) }));
    this.#show();
    this.#choose(recall('person') ?? this.#first().key);
    this.#select.addEventListener('change', () => this.#choose(this.#select.value));
    on('language', () => this.#show());
  }

  #first() {
    return this.#people.find(({ role }) => role === FIRST_ROLE) ?? this.#people[0] ?? SESSION;
  }

  #choose(key) {
    this.current = [ANONYMOUS, SESSION, ...this.#people].find((person) => person.key === key) ?? this.#first();
    this.#select.value = this.current.key;
    this.#select.closest('.person').dataset.role = this.current.role ?? 'none';
    find('#person-initial').textContent = this.current.name ? [...this.current.name][0] : '–';
    // Where there was nobody to choose, nothing was chosen: a later demo begins with its agent.
    if (this.#people.length) remember('person', this.current.key);
    announce('person', this.current);
  }

  #show() {
    const options = (people) =>
      people.map((person) => element('option', { value: person.key }, this.#label(person)));
    const tenants = Map.groupBy
      ? Map.groupBy(this.#people, (person) => person.tenant_name)
      : this.#people.reduce(
          (groups, person) => groups.set(person.tenant_name, [...(groups.get(person.tenant_name) ?? []), person]),
          new Map(),
        );
    this.#select.replaceChildren(
      ...[...tenants].map(([label, people]) => element('optgroup', { label }, ...options(people))),
      element('option', { value: SESSION.key }, say('topbar.session')),
      element('option', { value: ANONYMOUS.key }, say('topbar.anonymous')),
    );
    this.#select.value = this.current.key;
  }

  #label({ name, role, tenant_name: tenant }) {
    return `${name} · ${sayRole(role)} · ${tenant}`;
  }
}
