// Making elements. Text is always text here: the page's policy forbids turning strings into markup.

/** An element with properties (`class`, `data-*`, `aria-*`, `on*` handlers, or plain attributes) and children. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const find = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/** `text` with its `backticked` parts as code, as descriptions in the schema use them. */
export function prose(text) {
  return text.split(/`([^`\n]+)`/).map((part, index) => (index % 2 ? element('code', {}, part) : part));
}
