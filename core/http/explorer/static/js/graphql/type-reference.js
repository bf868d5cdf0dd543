// References to types as introspection gives them: named types in wrappers of NON_NULL and LIST.

/** The name of the type inside all wrappers. */
export function nameOf(reference) {
  return reference.ofType ? nameOf(reference.ofType) : reference.name;
}

/** As written in a document: `[Ticket!]!`. */
export function print(reference) {
  if (reference.kind === 'NON_NULL') return `${print(reference.ofType)}!`;
  if (reference.kind === 'LIST') return `[${print(reference.ofType)}]`;
  return reference.name;
}

/** What one item of a list is; the reference itself where it is no list. */
export function itemOf(reference) {
  if (reference.kind === 'NON_NULL') return itemOf(reference.ofType);
  return reference.kind === 'LIST' ? reference.ofType : reference;
}

/** Whether a document must give this argument or input field. */
export function isRequired(input) {
  return input.type.kind === 'NON_NULL' && input.defaultValue === null;
}
