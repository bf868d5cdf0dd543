// The middle of the page: the document, its variables and headers, and running them.
import { find } from './dom.js';
import { CodeEditor } from './editor/code-editor.js';
import { parseObject, tokenizeJson } from './graphql/json-tokens.js';
import { prettify } from './graphql/prettify.js';
import { readDocument } from './graphql/reader.js';
import { suggest, suggestVariables } from './graphql/suggest.js';
import { say } from './language.js';
import { OperationPicker } from './panels/operation-picker.js';
import { ProblemLine } from './panels/problem-line.js';
import { makeTabs } from './panels/tabs.js';
import { on, recall, remember } from './state.js';

export class Workbench {
  #schema = null;

  constructor({ document, variables }) {
    this.picker = new OperationPicker();
    this.problems = new ProblemLine((place) => this.document.goTo(place.line, place.column));
    this.variables = this.#jsonEditor('variables', (...where) => suggestVariables(...where, this.picker.chosen));
    this.headers = this.#jsonEditor('headers');
    this.document = new CodeEditor(find('#document'), {
      label: say('editor.document'),
      read: (text) => readDocument(text, this.#schema),
      suggest: (text, caret, reading) => suggest(text, caret, reading, this.#schema),
      onChange: (text) => this.#documentChanged(text),
      commentSign: '#',
    });
    this.showTab = makeTabs(find('#input-tabs'));
    this.document.text = recall('document') ?? document;
    this.variables.text = recall('variables') ?? variables;
    this.headers.text = recall('headers', '', 'sessionStorage');
    on('language', () => this.#relabel());
    find('#tidy').addEventListener('click', () => this.tidy());
    find('#copy').addEventListener('click', () => this.#copy());
  }

  set schema(schema) {
    this.#schema = schema;
    this.document.refresh();
    this.problems.show(this.document);
  }

  get schema() {
    return this.#schema;
  }

  /** What is written, as `{document, variables}`: texts, as they are kept. */
  get written() {
    return { document: this.document.text, variables: this.variables.text };
  }

  /** Write another document, with its variables. */
  write({ document, variables }) {
    this.document.text = document;
    this.variables.text = variables ?? '';
    if (variables) this.showTab('variables');
  }

  /** The headers written, or none while they are no JSON. */
  get writtenHeaders() {
    try {
      return parseObject(this.headers.text);
    } catch {
      return {};
    }
  }

  /** The operation to run, or `{problem}`: why it cannot run, in words. */
  compose() {
    const operation = this.picker.at(this.document.caret);
    if (!operation) return { problem: say('result.noOperation') };
    try {
      const variables = this.#parse('variables');
      const headers = this.#parse('headers');
      return {
        kind: operation.kind,
        operationName: operation.name,
        document: this.document.text,
        variables,
        headers,
      };
    } catch (error) {
      return { problem: error.message };
    }
  }

  tidy() {
    this.document.rewrite(prettify(this.document.text));
    for (const editor of [this.variables, this.headers]) {
      try {
        if (editor.text.trim()) editor.text = JSON.stringify(parseObject(editor.text), null, 2);
      } catch {
        // Text that is no JSON yet is left as it is.
      }
    }
  }

  #parse(name) {
    try {
      return parseObject(this[name].text);
    } catch (error) {
      this.showTab(name);
      throw new Error(say(`${name}.notObject`, { why: error.message }), { cause: error });
    }
  }

  #jsonEditor(name, suggestHere = null) {
    return new CodeEditor(find(`#panel-${name}`), {
      label: say(`tab.${name}`),
      read: (text) => ({ tokens: tokenizeJson(text) }),
      suggest: suggestHere && ((text, caret) => suggestHere(text, caret)),
      // Headers may hold secrets, so they leave with the window.
      onChange: (text) => remember(name, text, name === 'headers' ? 'sessionStorage' : 'localStorage'),
    });
  }

  #documentChanged(text) {
    remember('document', text);
    this.picker.show(this.document.reading.operations);
    this.problems.show(this.document);
  }

  #relabel() {
    this.document.area.setAttribute('aria-label', say('editor.document'));
    this.variables.area.setAttribute('aria-label', say('tab.variables'));
    this.headers.area.setAttribute('aria-label', say('tab.headers'));
    this.problems.show(this.document);
  }

  async #copy() {
    await navigator.clipboard.writeText(this.document.text);
    const button = find('#copy');
    button.textContent = say('editor.copied');
    setTimeout(() => (button.textContent = say('editor.copy')), 1200);
  }
}
