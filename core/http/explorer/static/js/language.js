// The page's words in the reader's language.
import { findAll } from './dom.js';
import { announce, recall, remember } from './state.js';
import { en } from './words/en.js';
import { zh } from './words/zh.js';

const LANGUAGES = { en: { words: en, tag: 'en' }, zh: { words: zh, tag: 'zh-Hans' } };

let language = recall('language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');

/** The words for `key`, with `{name}` replaced by each value. */
export function say(key, values = {}) {
  const words = LANGUAGES[language].words[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

/** A text given in both languages, for instance an example's title. */
export const pick = (texts) => texts[language];

/** The words for a role of the demo, the role itself where there are none. */
export const sayRole = (role) => LANGUAGES[language].words[`role.${role}`] ?? role;

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  remember('language', language);
  translatePage();
  announce('language');
}

/** Put the words into every element that names them by `data-words`, `data-title`, `data-hint` or `data-label`. */
export function translatePage() {
  document.documentElement.lang = LANGUAGES[language].tag;
  for (const node of findAll('[data-words]')) node.textContent = say(node.dataset.words);
  for (const node of findAll('[data-title]')) node.title = say(node.dataset.title);
  for (const node of findAll('[data-hint]')) node.placeholder = say(node.dataset.hint);
  for (const node of findAll('[data-label]')) node.setAttribute('aria-label', say(node.dataset.label));
}
