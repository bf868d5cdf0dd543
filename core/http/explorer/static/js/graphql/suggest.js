// What could be written at the caret, from the schema and the document around it.
import { isRequired, print } from './type-reference.js';

const KEYWORDS = ['query', 'mutation', 'subscription', 'fragment'];
const LIMIT = 60;

/** Suggestions `{label, detail, description, deprecated}` for the word at `caret`, best first, with where it starts. */
export function suggest(source, caret, document, schema) {
  const word = /[@$]?\w*$/.exec(source.slice(0, caret))[0];
  const start = caret - word.length;
  const before = document.tokens.filter((token) => token.end <= start);
  const inside = document.tokens.some(
    ({ kind, start: from, end }) => isText(kind) && from < caret && caret <= end,
  );
  if (inside || !schema) return { start, word, items: [] };
  const items = rank(candidates(word, start, before, document, schema), word);
  return { start, word, items };
}

const isText = (kind) => kind === 'string' || kind === 'block' || kind === 'comment';

function candidates(word, start, before, document, schema) {
  const scope = innermost(document.scopes, start);
  const [previous, earlier] = [before.at(-1), before.at(-2)];
  if (word.startsWith('@')) return [...schema.directives.values()].map(fromDirective);
  if (previous?.text === 'on') return conditionTypes(scope, earlier, schema).map(fromType);
  if (!scope) return KEYWORDS.map((label) => ({ label }));
  if (scope.kind === 'variables')
    return previous?.text === ':' || previous?.text === '[' ? schema.inputTypes().map(fromType) : [];
  if (scope.kind === 'selection') return inSelection(scope, previous, document, schema);
  if (scope.kind === 'list') return values(scope.type, document, schema, start);
  if (previous?.text !== ':') return word.startsWith('$') ? [] : unusedInputs(scope, document).map(fromInput);
  return values(scope.inputs.find(({ name }) => name === earlier?.text)?.type, document, schema, start);
}

function innermost(scopes, position) {
  const around = scopes.filter((scope) => scope.start <= position && position <= scope.end);
  return around.sort((a, b) => b.start - a.start)[0];
}

function conditionTypes(scope, earlier, schema) {
  return scope?.type && earlier?.text === '...' ? schema.narrowerTypes(scope.type) : schema.compositeTypes();
}

function inSelection(scope, previous, document, schema) {
  if (previous?.text !== '...') return schema.fieldsOf(scope.type).map(fromField);
  return [
    { label: 'on' },
    ...document.fragments.filter(({ name }) => name).map(({ name, type }) => ({ label: name, detail: type })),
  ];
}

function unusedInputs(scope, document) {
  const given = document.tokens.filter(
    (token) => token.role === 'argument' && innermost(document.scopes, token.start) === scope,
  );
  return scope.inputs.filter(({ name }) => !given.some((token) => token.text === name));
}

function values(type, document, schema, position) {
  const operation = document.operations.findLast(({ start }) => start <= position);
  const variables = (operation?.variables ?? []).map(({ name, type: detail }) => ({ label: `$${name}`, detail }));
  const named = type && schema.typeOf(type);
  if (named?.kind === 'ENUM') return [...named.enumValues.map(fromEnumValue), ...variables];
  if (named?.name === 'Boolean') return [{ label: 'true' }, { label: 'false' }, ...variables];
  return variables;
}

function rank(items, word) {
  const wanted = word.toLowerCase();
  const position = ({ label }) => label.toLowerCase().indexOf(wanted);
  const score = (item) => (position(item) === 0 ? 0 : 2) + (item.deprecated ? 1 : 0) - (item.required ? 0.5 : 0);
  return items
    .filter((item) => position(item) >= 0 && item.label !== word)
    .sort((a, b) => score(a) - score(b))
    .slice(0, LIMIT);
}

const fromField = (field) => ({
  label: field.name,
  detail: print(field.type),
  description: field.description,
  deprecated: field.isDeprecated,
});
const fromInput = (input) => ({
  label: input.name,
  insert: `${input.name}: `,
  detail: print(input.type),
  description: input.description,
  deprecated: input.isDeprecated,
  required: isRequired(input),
});
const fromEnumValue = (value) => ({
  label: value.name,
  description: value.description,
  deprecated: value.isDeprecated,
});
const fromType = (type) => ({
  label: type.name,
  detail: type.kind.toLowerCase().replace('_', ' '),
  description: type.description,
});
const fromDirective = (directive) => ({ label: `@${directive.name}`, description: directive.description });

/** Names of the variables an operation declares, for the JSON of variables. */
export function suggestVariables(source, caret, operation) {
  const word = /"?\w*$/.exec(source.slice(0, caret))[0];
  const start = caret - word.length;
  if (!/[{,]\s*$/.test(source.slice(0, start))) return { start, word, items: [] };
  const items = (operation?.variables ?? [])
    .filter(({ name }) => !source.includes(`"${name}"`))
    .map(({ name, type }) => ({ label: `"${name}"`, insert: `"${name}": `, detail: type }));
  return { start, word, items: rank(items, word) };
}
