// Asking the server for its schema.
import { INTROSPECTION, Schema } from '../graphql/schema.js';
import { send } from './request.js';

/** The schema as this person may see it. Raises an Error with the server's words where it is not told. */
export async function introspect(headers, session) {
  const { status, body } = await send({ document: INTROSPECTION, headers, session });
  if (body?.data?.__schema) return new Schema(body.data);
  throw new Error(body?.errors?.[0]?.message ?? `HTTP ${status}`);
}
