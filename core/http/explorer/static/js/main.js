// Puts the page together: who acts, what is written, what comes back.
import { showPane, startPanes, startTheme } from './appearance.js';
import { find } from './dom.js';
import { EXAMPLES, withoutMargin } from './examples.js';
import { skeleton } from './graphql/skeleton.js';
import { say, switchLanguage, translatePage } from './language.js';
import { graphiqlPath, headersFor } from './net/address.js';
import { introspect } from './net/introspect.js';
import { send } from './net/request.js';
import { Documentation } from './panels/documentation.js';
import { Examples } from './panels/examples.js';
import { History } from './panels/history.js';
import { Live } from './panels/live.js';
import { People } from './panels/people.js';
import { Result } from './panels/result.js';
import { makeTabs } from './panels/tabs.js';
import { on } from './state.js';
import { Workbench } from './workbench.js';

translatePage();
startTheme();
startPanes();

const people = new People();
const workbench = new Workbench({ document: withoutMargin(EXAMPLES[0].document), variables: '' });
const goTo = ({ line, column }) => {
  showPane('query');
  workbench.document.goTo(line, column);
};
const result = new Result(goTo);
const live = new Live({ onRunning: showRunning, onPlace: goTo });
const history = new History(write);
const showSidePanel = makeTabs(find('#side-tabs'));
const documentation = new Documentation({ onInsert: insert, onShow: showDocumentation, onRetry: readSchema });
new Examples({ ask, onChoose: replace });

let stopRunning = null;

function showRunning(isRunning) {
  if (!isRunning) stopRunning = null;
  else stopRunning ??= () => live.stop();
  const button = find('#run');
  button.classList.toggle('button--stop', isRunning);
  find('span', button).textContent = say(isRunning ? 'editor.stop' : 'editor.run');
}

function showDocumentation() {
  showSidePanel('docs');
  showPane('explore');
}

function write(entry) {
  workbench.write(entry);
  showPane('query');
}

/** Write another document, and keep the one that was there. */
function replace(entry) {
  const [operation] = workbench.document.reading.operations;
  if (operation) history.add({ ...workbench.written, name: operation.name, kind: operation.kind });
  write(entry);
}

function insert(kind, field) {
  const { document, variables } = skeleton(workbench.schema, kind, field);
  const isPlain = !Object.keys(variables).length;
  replace({ document, variables: isPlain ? '' : JSON.stringify(variables, null, 2) });
}

function asCurrent(written = workbench.writtenHeaders) {
  return { headers: headersFor(people.current, written), session: people.current.session };
}

/** The data of a query of our own, as the person we act as; nothing where it is refused. */
async function ask(document) {
  const answer = await send({ document, ...asCurrent() }).catch(() => null);
  return answer?.body?.data ?? null;
}

async function run() {
  if (stopRunning) return stopRunning();
  const operation = workbench.compose();
  showPane('result');
  if (operation.problem) return result.message(operation.problem, 'bad');
  history.add({ ...workbench.written, name: operation.operationName, kind: operation.kind });
  const request = { ...operation, ...asCurrent(operation.headers) };
  if (operation.kind === 'subscription') return live.start(request);
  return runOnce(request);
}

async function runOnce(request) {
  const controller = new AbortController();
  stopRunning = () => controller.abort();
  showRunning(true);
  result.message(say('result.running'), 'busy');
  try {
    result.show(await send({ ...request, signal: controller.signal }));
  } catch (error) {
    if (error.name === 'AbortError') result.message(say('result.stopped'));
    else result.message(say('result.unreachable'), 'bad');
  } finally {
    showRunning(false);
  }
}

async function readSchema() {
  try {
    const { headers, session } = asCurrent();
    const schema = await introspect(headers, session);
    workbench.schema = schema;
    documentation.schema = schema;
  } catch (error) {
    documentation.failed(error.message);
  }
}

on('person', readSchema);
on('language', () => {
  showRunning(stopRunning !== null);
  if (find('.empty')) result.invite();
});
find('#run').addEventListener('click', run);
find('#language').addEventListener('click', switchLanguage);
find('#graphiql').hidden = !graphiqlPath;
find('#graphiql').href = graphiqlPath || '/';
document.addEventListener('keydown', (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === 'Enter') run();
  else if (command && event.shiftKey && event.key.toLowerCase() === 'f') workbench.tidy();
  else return;
  event.preventDefault();
});

await people.load();
