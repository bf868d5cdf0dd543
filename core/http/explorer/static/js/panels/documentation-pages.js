// The pages of the documentation, as lists of nodes. `tools` is `{schema, open(type, field), insert(kind, field)}`.
import { element, prose } from '../dom.js';
import { nameOf, print } from '../graphql/type-reference.js';
import { say } from '../language.js';

const ROOTS = ['query', 'mutation', 'subscription'];
const KIND_ORDER = ['OBJECT', 'INTERFACE', 'UNION', 'ENUM', 'INPUT_OBJECT', 'SCALAR'];

export function rootPage(tools) {
  const { schema, open } = tools;
  const roots = ROOTS.filter((kind) => schema.roots[kind]);
  const types = [...schema.types.values()].filter(
    ({ name }) => !name.startsWith('__') && !Object.values(schema.roots).includes(name),
  );
  types.sort((a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) || a.name.localeCompare(b.name));
  return [
    heading('docs.roots'),
    element('ul', { class: 'cards' }, ...roots.map((kind) => rootCard(kind, tools))),
    heading('docs.types', types.length),
    element(
      'ul',
      { class: 'types' },
      ...types.map((type) => element('li', {}, typeLink(type.name, open), element('small', {}, kindOf(type)))),
    ),
  ];
}

function rootCard(kind, { schema, open }) {
  const type = schema.type(schema.roots[kind]);
  return element(
    'li',
    {},
    element(
      'button',
      { class: 'card', type: 'button', onclick: () => open(type.name) },
      element('span', { class: `badge badge--${kind}` }, kind),
      element('strong', {}, say(`docs.${kind}`)),
      element('span', { class: 'card__about' }, `${type.name} · ${type.fields.length}`),
    ),
  );
}

export function typePage(type, chosenField, tools) {
  const { schema, open } = tools;
  const rootKind = ROOTS.find((kind) => schema.roots[kind] === type.name);
  const links = (types) => element('p', { class: 'links' }, ...types.map(({ name }) => typeLink(name, open)));
  return [
    element('h2', { class: 'docs__title' }, type.name, element('small', {}, kindOf(type))),
    ...paragraphs(type.description),
    type.isOneOf && element('p', { class: 'notice' }, say('docs.oneOf')),
    type.interfaces?.length && heading('docs.implements'),
    type.interfaces?.length && links(type.interfaces),
    type.possibleTypes?.length && heading('docs.possible', type.possibleTypes.length),
    type.possibleTypes?.length && links(type.possibleTypes),
    ...members('docs.fields', type.fields, chosenField, { ...tools, rootKind }),
    ...members('docs.inputs', type.inputFields, chosenField, tools),
    ...members('docs.values', type.enumValues, chosenField, tools),
  ].filter(Boolean);
}

function members(title, list, chosenField, tools) {
  if (!list?.length) return [];
  const ordered = [...list].sort((a, b) => Number(a.isDeprecated) - Number(b.isDeprecated));
  return [
    heading(title, list.length),
    element('ul', { class: 'members' }, ...ordered.map((one) => member(one, one.name === chosenField, tools))),
  ];
}

function member(one, isChosen, { open, insert, rootKind }) {
  const write = () => insert(rootKind, one);
  return element(
    'li',
    { class: isChosen ? 'member member--chosen' : 'member', 'data-field': one.name },
    element(
      'div',
      { class: 'member__head' },
      signature(one, open),
      rootKind &&
        element(
          'button',
          {
            class: 'button button--small',
            type: 'button',
            title: say('docs.insertTitle', { name: one.name }),
            onclick: write,
          },
          say('docs.insert'),
        ),
    ),
    ...paragraphs(one.description),
    one.isDeprecated &&
      element('p', { class: 'deprecated' }, say('docs.deprecated', { reason: one.deprecationReason })),
    one.args?.some((input) => input.description) &&
      element('ul', { class: 'arguments' }, ...one.args.filter((input) => input.description).map(argument)),
  );
}

const argument = (input) => element('li', {}, element('code', {}, input.name), ' ', ...prose(input.description));

function signature(one, open) {
  const inputs = (one.args ?? []).map((input) =>
    element('span', { class: 'input' }, `${input.name}: `, reference(input.type, open), byDefault(input)),
  );
  return element(
    'code',
    { class: 'signature' },
    element('span', { class: one.isDeprecated ? 'signature__name is-deprecated' : 'signature__name' }, one.name),
    ...(inputs.length ? ['(', ...inputs.flatMap((input, index) => (index ? [', ', input] : [input])), ')'] : []),
    ...(one.type ? [': ', reference(one.type, open), byDefault(one)] : []),
  );
}

const byDefault = ({ defaultValue }) =>
  defaultValue ? element('span', { class: 'default' }, ` = ${defaultValue}`) : null;

function reference(type, open) {
  const name = nameOf(type);
  const [before, after] = print(type).split(name);
  return element('span', {}, before, typeLink(name, open), after);
}

const typeLink = (name, open) =>
  element('button', { class: 'link link--type', type: 'button', onclick: () => open(name) }, name);
const kindOf = (type) => type.kind.toLowerCase().replace('_', ' ');
const paragraphs = (text) =>
  (text ?? '')
    .split(/\n\s*\n/)
    .filter(Boolean)
    .map((part) => element('p', { class: 'description' }, ...prose(part)));
const heading = (key, count = null) =>
  element('h3', { class: 'docs__heading' }, say(key), count && element('span', { class: 'count' }, String(count)));
