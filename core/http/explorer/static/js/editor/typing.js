// What the keyboard does beyond typing: pairs of brackets, indentation, comments.

const PAIRS = { '{': '}', '(': ')', '[': ']', '"': '"' };
const CLOSERS = new Set(Object.values(PAIRS));

/** Replace a range as if it were typed. `execCommand` is old, but nothing else keeps the browser's undo. */
export function replaceRange(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  const command = text ? 'insertText' : 'delete';
  if (start === end && !text) return;
  if (!document.execCommand(command, false, text)) area.setRangeText(text, start, end, 'end');
}

/** Answer a key with an edit; whether it was answered. */
export function editByKey(area, event, commentSign) {
  if (event.isComposing) return false;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === '/' && commentSign) return toggleComment(area, commentSign);
  if (command || event.altKey) return false;
  if (event.key === 'Enter') return breakLine(area);
  if (event.key === 'Backspace') return erasePair(area);
  return openPair(area, event.key) || stepOver(area, event.key);
}

function openPair(area, key) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const closer = PAIRS[key];
  if (!closer) return false;
  const next = value[end] ?? '';
  if (start === end && key === '"' && (next === '"' || /[\w"]/.test(value[start - 1] ?? ''))) return false;
  if (start === end && /\w/.test(next)) return false;
  replaceRange(area, start, end, key + value.slice(start, end) + closer);
  area.setSelectionRange(start + 1, end + 1);
  return true;
}

function stepOver(area, key) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  if (start !== end || !CLOSERS.has(key) || value[start] !== key) return false;
  area.setSelectionRange(start + 1, start + 1);
  return true;
}

function erasePair(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  if (start !== end || !start || PAIRS[value[start - 1]] !== value[start]) return false;
  replaceRange(area, start - 1, start + 1, '');
  return true;
}

function breakLine(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const line = value.slice(value.lastIndexOf('\n', start - 1) + 1, start);
  const margin = /^ */.exec(line)[0];
  const opener = value[start - 1];
  const opened = opener !== '"' && PAIRS[opener] !== undefined;
  const inner = opened ? `${margin}  ` : margin;
  const tail = opened && value[end] === PAIRS[opener] ? `\n${margin}` : '';
  replaceRange(area, start, end, `\n${inner}${tail}`);
  area.setSelectionRange(start + 1 + inner.length, start + 1 + inner.length);
  return true;
}

function toggleComment(area, sign) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const from = value.lastIndexOf('\n', start - 1) + 1;
  const to = value.indexOf('\n', end) < 0 ? value.length : value.indexOf('\n', end);
  const lines = value.slice(from, to).split('\n');
  const commented = lines.every((line) => line.trimStart().startsWith(sign) || !line.trim());
  const changed = lines
    .map((line) => (commented ? line.replace(new RegExp(`${sign} ?`), '') : `${sign} ${line}`))
    .join('\n');
  replaceRange(area, from, to, changed);
  area.setSelectionRange(from, from + changed.length);
  return true;
}
