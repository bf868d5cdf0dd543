// Light or dark, and which pane a small screen shows.
import { find, findAll } from './dom.js';
import { say } from './language.js';
import { on, recall, remember } from './state.js';

const THEMES = ['auto', 'light', 'dark'];

export function startTheme() {
  const button = find('#theme');
  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    const title = say('topbar.theme', { theme: say(`theme.${theme}`) });
    button.title = title;
    button.setAttribute('aria-label', title);
  };
  const next = () => {
    const theme = THEMES[(THEMES.indexOf(recall('theme', 'auto')) + 1) % THEMES.length];
    remember('theme', theme);
    show(theme);
  };
  button.addEventListener('click', next);
  on('language', () => show(recall('theme', 'auto')));
  show(recall('theme', 'auto'));
}

/** Show one pane on a small screen: `explore`, `query` or `result`. Wide screens show all three. */
export function showPane(name) {
  document.body.dataset.pane = name;
  for (const button of findAll('.dock__button'))
    button.setAttribute('aria-pressed', String(button.dataset.pane === name));
}

export function startPanes() {
  for (const button of findAll('.dock__button'))
    button.addEventListener('click', () => showPane(button.dataset.pane));
  showPane('query');
}
