// A subscription as it runs: its state, and its events with the newest on top.
import { element, find } from '../dom.js';
import { say } from '../language.js';
import { graphqlPath } from '../net/address.js';
import { Subscription } from '../net/subscription.js';
import { errorList, json } from './result.js';

const KEEP = 200;
const QUIET_ENDS = new Set(['stopped', 'complete']);

export class Live {
  #host = find('#result');
  #status = find('#result-status');
  #subscription = null;

  /** `onRunning(boolean)` hears of beginning and end; `onPlace` as for the result. */
  constructor({ onRunning, onPlace }) {
    this.onRunning = onRunning;
    this.onPlace = onPlace;
  }

  start(operation) {
    this.count = 0;
    this.state = element('div', { class: 'notice notice--busy', role: 'status' }, say('live.connecting'));
    this.events = element('ol', { class: 'events', reversed: true });
    this.#host.replaceChildren(this.state, this.events);
    this.#status.replaceChildren();
    this.onRunning(true);
    this.#subscription = new Subscription(operation, {
      onLive: () => this.#tell('live.listening', 'live'),
      onEvent: (result) => this.#add(result),
      onEnd: (how) => this.#end(how),
    });
  }

  stop() {
    this.#subscription?.stop();
  }

  #tell(key, tone) {
    this.state.className = `notice notice--${tone}`;
    this.state.textContent = say(key, { path: graphqlPath });
  }

  #add(result) {
    this.count += 1;
    this.events.firstElementChild?.firstElementChild.removeAttribute('open');
    this.events.prepend(this.#row(result));
    while (this.events.children.length > KEEP) this.events.lastElementChild.remove();
    this.#status.replaceChildren(
      element('span', { class: 'fact fact--good' }, say('live.events', { count: this.count })),
    );
  }

  #row(result) {
    const [field, value] = Object.entries(result.data ?? {})[0] ?? [];
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour12: false });
    return element(
      'li',
      { value: this.count },
      element(
        'details',
        { open: true },
        element(
          'summary',
          {},
          element('time', {}, time),
          element('code', {}, value?.__typename ?? field ?? 'error'),
        ),
        errorList(result.errors, this.onPlace),
        json(result.data ?? result),
      ),
    );
  }

  #end({ reason, code, text, errors }) {
    const known = QUIET_ENDS.has(reason) || reason === 'refused';
    this.#tell(known ? `live.${reason}` : `close.${reason}`, QUIET_ENDS.has(reason) ? 'quiet' : 'bad');
    if (code && code !== 1006) this.state.append(` (${[code, text].filter(Boolean).join(' ')})`);
    const list = errorList(errors, this.onPlace);
    if (list) this.state.after(list);
    this.#subscription = null;
    this.onRunning(false);
  }
}
