// Finding types and fields by a part of their names, or by a word of their descriptions.

const LIMIT = 80;

/** Hits `{type, field?, description}`, best first. `Ticket.sta` looks for fields of types. */
export function searchSchema(schema, typed) {
  const wanted = typed.trim().toLowerCase();
  const hits = [];
  for (const type of schema.types.values()) {
    if (type.name.startsWith('__')) continue;
    hits.push({
      type: type.name,
      description: type.description,
      score: score(type.name, type.name, type.description, wanted),
    });
    for (const field of [...(type.fields ?? []), ...(type.inputFields ?? []), ...(type.enumValues ?? [])]) {
      const rank =
        score(field.name, `${type.name}.${field.name}`, field.description, wanted) + rootBonus(schema, type.name);
      hits.push({ type: type.name, field: field.name, description: field.description, score: rank });
    }
  }
  return hits
    .filter((hit) => hit.score < 4)
    .sort((a, b) => a.score - b.score)
    .slice(0, LIMIT);
}

function score(name, fullName, description, wanted) {
  const short = name.toLowerCase();
  if (short === wanted) return 0;
  if (short.startsWith(wanted)) return 1;
  if (short.includes(wanted) || fullName.toLowerCase().includes(wanted)) return 2;
  return description?.toLowerCase().includes(wanted) ? 3 : 9;
}

const rootBonus = (schema, typeName) => (Object.values(schema.roots).includes(typeName) ? -0.4 : 0.2);
