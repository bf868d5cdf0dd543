// Tabs by the book: arrow keys move between them, one panel is shown.
import { find, findAll } from '../dom.js';

/** Make the tabs in `list` work; `onShow(name)` hears which panel (`data-panel`) is shown. Returns a function to show one. */
export function makeTabs(list, onShow = () => {}) {
  const tabs = findAll('[role=tab]', list);
  const show = (chosen) => {
    for (const tab of tabs) {
      tab.setAttribute('aria-selected', String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      find(`#${tab.getAttribute('aria-controls')}`).hidden = tab !== chosen;
    }
    onShow(chosen.dataset.panel);
  };
  list.addEventListener(
    'click',
    ({ target }) => target.closest('[role=tab]') && show(target.closest('[role=tab]')),
  );
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    show(next);
  });
  return (name) => show(tabs.find((tab) => tab.dataset.panel === name));
}
