// What the page remembers between visits, and how its parts hear of changes.

const PREFIX = 'deskgraph.';
const bus = new EventTarget();

/** Call `react` whenever `name` is announced; it gets the announced detail. */
export function on(name, react) {
  bus.addEventListener(name, (event) => react(event.detail));
}

export function announce(name, detail) {
  bus.dispatchEvent(new CustomEvent(name, { detail }));
}

/** What was remembered under `name`, else `otherwise`; also where the browser keeps nothing for us. */
export function recall(name, otherwise = null, storage = 'localStorage') {
  try {
    return JSON.parse(globalThis[storage].getItem(PREFIX + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value, storage = 'localStorage') {
  try {
    globalThis[storage].setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Private windows and full disks: the page works, it only forgets.
  }
}
