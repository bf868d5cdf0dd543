// Reads a document as far as it goes, also while it is being typed, and says of each token what it is.
import { itemOf, nameOf } from './type-reference.js';
import { tokenize } from './tokens.js';

const OPERATIONS = ['query', 'mutation', 'subscription'];
const LITERALS = ['true', 'false', 'null'];

/**
 * What a document holds: `tokens` (each with `role`, perhaps `owner` and `problem`), `operations`, `fragments`, and
 * `scopes`: which part of the source is a selection, an argument list, a value ..., for completion. Without a schema
 * it says what it can.
 */
export function readDocument(source, schema = null) {
  return new Reader(source, schema).read();
}

class Reader {
  constructor(source, schema) {
    this.source = source;
    this.schema = schema;
    this.all = tokenize(source);
    this.tokens = this.all.filter((token) => token.kind !== 'comment');
    this.index = 0;
    this.operations = [];
    this.fragments = [];
    this.scopes = [];
  }

  read() {
    while (this.token) this.definition();
    const { all: tokens, operations, fragments, scopes } = this;
    return { tokens, operations, fragments, scopes };
  }

  get token() {
    return this.tokens[this.index];
  }

  is(text) {
    return this.token?.text === text;
  }

  take(role, more = {}) {
    const token = this.tokens[this.index++];
    return token && Object.assign(token, role && { role }, more);
  }

  definition() {
    if (this.is('{')) this.operation('query', this.token.start);
    else if (OPERATIONS.includes(this.token.text)) this.operation(this.token.text, this.take('keyword').start);
    else if (this.is('fragment')) this.fragment();
    else this.take(null, { problem: { code: 'unexpected' } });
  }

  operation(kind, start) {
    const name = this.token?.kind === 'name' ? this.take('definition').text : null;
    const operation = { kind, name, start, variables: [] };
    this.operations.push(operation);
    if (this.is('(')) this.variables(operation.variables);
    this.directives();
    if (this.is('{')) this.selection(this.schema?.roots[kind]);
    operation.end = this.tokens[this.index - 1].end;
  }

  fragment() {
    this.take('keyword');
    const name = this.token?.kind === 'name' ? this.take('definition').text : null;
    const type = this.typeCondition();
    this.fragments.push({ name, type });
    this.directives();
    if (this.is('{')) this.selection(type);
  }

  typeCondition() {
    if (!this.is('on')) return undefined;
    this.take('keyword');
    if (this.token?.kind !== 'name') return undefined;
    return this.typeName().text;
  }

  typeName() {
    const unknown = this.schema && !this.schema.type(this.token.text);
    return this.take('type', unknown && { problem: { code: 'unknownType' } });
  }

  /** What stands between two brackets, read item by item; remembered as a scope of `kind`. */
  between(close, kind, detail, readItem) {
    const scope = { kind, ...detail, start: this.take().end, end: this.source.length + 1 };
    this.scopes.push(scope);
    while (this.token && !this.is(close)) {
      const before = this.index;
      readItem();
      if (this.index === before) this.take(null, { problem: { code: 'unexpected' } });
    }
    if (this.token) scope.end = this.take().start;
  }

  variables(found) {
    this.between(')', 'variables', {}, () => {
      if (this.token.kind !== 'variable') return;
      const variable = { name: this.take('variable').text.slice(1), type: '' };
      found.push(variable);
      if (!this.is(':')) return;
      this.take();
      const start = this.token?.start ?? this.source.length;
      this.typeReference();
      variable.type = this.source.slice(start, this.tokens[this.index - 1].end);
      if (this.is('=')) {
        this.take();
        this.value(undefined);
      }
      this.directives();
    });
  }

  typeReference() {
    if (this.is('[')) {
      this.take();
      this.typeReference();
      if (this.is(']')) this.take();
    } else if (this.token?.kind === 'name') this.typeName();
    if (this.is('!')) this.take();
  }

  directives() {
    while (this.token?.kind === 'directive') {
      const directive = this.take('directive');
      if (this.is('(')) this.arguments(this.schema?.directives.get(directive.text.slice(1))?.args);
    }
  }

  selection(type) {
    this.between('}', 'selection', { type }, () => {
      if (this.is('...')) this.spread(type);
      else if (this.token.kind === 'name') this.field(type);
    });
  }

  spread(type) {
    this.take();
    if (this.token?.kind === 'name' && !this.is('on')) {
      this.take('fragment');
      this.directives();
      return;
    }
    const narrowed = this.typeCondition() ?? type;
    this.directives();
    if (this.is('{')) this.selection(narrowed);
  }

  field(owner) {
    if (this.tokens[this.index + 1]?.text === ':') {
      this.take('alias');
      this.take();
      if (this.token?.kind !== 'name') return;
    }
    const definition = owner && this.schema?.field(owner, this.token.text);
    const unknown = this.schema?.type(owner) && !definition;
    const name = this.take('field', { owner, definition });
    if (unknown) name.problem = { code: 'unknownField', type: owner };
    if (this.is('(')) this.arguments(definition?.args, name);
    this.directives();
    const type = definition && nameOf(definition.type);
    if (this.is('{')) this.selection(type);
    else if (type && this.schema.isComposite(type)) name.problem = { code: 'needsSelection', type };
  }

  arguments(definitions, field = null) {
    this.between(')', 'arguments', { inputs: definitions ?? [], field }, () =>
      this.input(definitions, 'argument'),
    );
  }

  input(definitions, role) {
    if (this.token.kind !== 'name') return;
    const definition = definitions?.find(({ name }) => name === this.token.text);
    const name = this.take(role, { definition });
    if (definitions && !definition) name.problem = { code: 'unknownInput' };
    if (!this.is(':')) return;
    this.take();
    if (this.token && !this.is(')') && !this.is('}')) this.value(definition?.type);
  }

  value(type) {
    if (this.is('[')) {
      const item = type && itemOf(type);
      this.between(']', 'list', { type: item }, () => this.value(item));
    } else if (this.is('{')) {
      const inputs = type && this.schema?.typeOf(type)?.inputFields;
      this.between('}', 'object', { inputs: inputs ?? [] }, () => this.input(inputs, 'argument'));
    } else if (this.token?.kind === 'variable') this.take('variable');
    else if (this.token?.kind === 'name') this.word(type);
    else if (['string', 'block', 'number'].includes(this.token?.kind)) this.take();
  }

  word(type) {
    if (LITERALS.includes(this.token.text)) {
      this.take('literal');
      return;
    }
    const values = type && this.schema?.typeOf(type)?.enumValues;
    const unknown = values && !values.some(({ name }) => name === this.token.text);
    this.take('enum', unknown && { problem: { code: 'unknownValue' } });
  }
}
