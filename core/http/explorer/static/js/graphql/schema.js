// The server's schema, as introspection tells it.
import { nameOf } from './type-reference.js';

// Wrappers go five deep: `[[T!]!]!`. Deeper would only cost the server's limit on depth.
export const INTROSPECTION = `
query Introspection {
  __schema {
    queryType { name }
    mutationType { name }
    subscriptionType { name }
    types {
      kind
      name
      description
      isOneOf
      fields(includeDeprecated: true) {
        name description isDeprecated deprecationReason
        args(includeDeprecated: true) { ...Input }
        type { ...Reference }
      }
      inputFields(includeDeprecated: true) { ...Input }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
      interfaces { name }
      possibleTypes { name }
    }
    directives { name description locations args { ...Input } }
  }
}
fragment Input on __InputValue {
  name description defaultValue isDeprecated deprecationReason
  type { ...Reference }
}
fragment Reference on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
}`;

const TYPENAME = {
  name: '__typename',
  description: null,
  isDeprecated: false,
  args: [],
  type: { kind: 'NON_NULL', name: null, ofType: { kind: 'SCALAR', name: 'String' } },
};
const COMPOSITE = new Set(['OBJECT', 'INTERFACE', 'UNION']);

export class Schema {
  constructor({ __schema: told }) {
    this.types = new Map(told.types.map((type) => [type.name, type]));
    this.directives = new Map(told.directives.map((directive) => [directive.name, directive]));
    this.roots = {
      query: told.queryType?.name,
      mutation: told.mutationType?.name,
      subscription: told.subscriptionType?.name,
    };
  }

  type(name) {
    return this.types.get(name);
  }

  typeOf(reference) {
    return this.types.get(nameOf(reference));
  }

  /** The fields that can be selected on a type, `__typename` last. */
  fieldsOf(typeName) {
    const type = this.types.get(typeName);
    return type && COMPOSITE.has(type.kind) ? [...(type.fields ?? []), TYPENAME] : [];
  }

  field(typeName, fieldName) {
    if (typeName === this.roots.query && fieldName.startsWith('__')) return this.#introspectionField(fieldName);
    return this.fieldsOf(typeName).find((field) => field.name === fieldName);
  }

  isComposite(typeName) {
    return COMPOSITE.has(this.types.get(typeName)?.kind);
  }

  /** The types a fragment on `typeName` may name. */
  narrowerTypes(typeName) {
    const type = this.types.get(typeName);
    if (!type) return [];
    return [type, ...(type.possibleTypes ?? []), ...(type.interfaces ?? [])].map(({ name }) =>
      this.types.get(name),
    );
  }

  compositeTypes() {
    return [...this.types.values()].filter((type) => COMPOSITE.has(type.kind) && !type.name.startsWith('__'));
  }

  inputTypes() {
    return [...this.types.values()].filter((type) => ['SCALAR', 'ENUM', 'INPUT_OBJECT'].includes(type.kind));
  }

  #introspectionField(name) {
    const type = { __schema: '__Schema', __type: '__Type' }[name];
    if (!type) return TYPENAME;
    const args =
      name === '__type' ? [{ name: 'name', type: { kind: 'SCALAR', name: 'String' }, defaultValue: null }] : [];
    return { name, args, description: null, isDeprecated: false, type: { kind: 'OBJECT', name: type } };
  }
}
