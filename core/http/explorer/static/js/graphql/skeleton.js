// A first operation for a root field: its required arguments as variables, its plain fields selected.
import { isRequired, nameOf, print } from './type-reference.js';

const PLAIN = new Set(['SCALAR', 'ENUM']);
const WRAPPERS = ['nodes', 'edges', 'node'];
const FIELDS = 8;

/** `{document, variables}` for a field of Query, Mutation or Subscription. */
export function skeleton(schema, kind, field) {
  const required = field.args.filter(isRequired);
  const name = field.name[0].toUpperCase() + field.name.slice(1);
  const declared = required.map((input) => `$${input.name}: ${print(input.type)}`).join(', ');
  const passed = required.map((input) => `${input.name}: $${input.name}`).join(', ');
  const body = selection(schema, nameOf(field.type), 1, new Set());
  const call = `${field.name}${passed && `(${passed})`}${body && ` ${body}`}`;
  const variables = Object.fromEntries(
    required.map((input) => [input.name, example(schema, input.type, new Set())]),
  );
  return { document: `${kind} ${name}${declared && `(${declared})`} {\n  ${call}\n}\n`, variables };
}

function selection(schema, typeName, depth, seen) {
  if (!schema.isComposite(typeName)) return '';
  const fields = schema.fieldsOf(typeName).filter((field) => !field.args.some(isRequired) && !field.isDeprecated);
  const plain = fields.filter((field) => PLAIN.has(schema.typeOf(field.type).kind) && field.name !== '__typename');
  const lines = plain.slice(0, FIELDS).map((field) => field.name);
  lines.push(...inner(schema, fields, depth, new Set([...seen, typeName])));
  if (!lines.length) lines.push('__typename');
  const margin = '  '.repeat(depth);
  return `{\n${lines.map((line) => `${margin}  ${line}`).join('\n')}\n${margin}}`;
}

/** The one or two objects worth opening: what a payload or connection is about, and its errors. */
function inner(schema, fields, depth, seen) {
  if (depth > 3) return [];
  const objects = fields.filter(
    (field) => !seen.has(nameOf(field.type)) && schema.isComposite(nameOf(field.type)),
  );
  const wrapper = objects.find((field) => WRAPPERS.includes(field.name));
  const payload = objects.some((field) => field.name === 'userErrors') ? objects : [];
  const chosen = wrapper ? [wrapper] : payload.slice(0, 3);
  return chosen.map((field) => `${field.name} ${selection(schema, nameOf(field.type), depth + 1, seen)}`);
}

function example(schema, reference, seen) {
  if (reference.kind === 'NON_NULL') return example(schema, reference.ofType, seen);
  if (reference.kind === 'LIST') return [];
  const type = schema.type(reference.name);
  if (type.kind === 'ENUM') return type.enumValues[0].name;
  if (type.kind === 'INPUT_OBJECT') return exampleObject(schema, type, seen);
  return { Int: 0, Float: 0, Boolean: false }[type.name] ?? '';
}

function exampleObject(schema, type, seen) {
  if (seen.has(type.name)) return {};
  const inputs = type.inputFields.filter(isRequired);
  const deeper = new Set([...seen, type.name]);
  return Object.fromEntries(inputs.map((input) => [input.name, example(schema, input.type, deeper)]));
}
