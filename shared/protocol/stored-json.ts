import type * as z from 'zod';
import { ProtocolError } from '#shared/errors.ts';

/** The bytes of a stored record. The same value always gives the same bytes. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}

/** @throws ProtocolError naming the object and the field when the bytes are not such a record. */
export function decodeJson<S extends z.ZodType>(schema: S, bytes: Uint8Array, key: string): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ProtocolError('is not JSON.', { subject: `object ${key}`, cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ProtocolError(`${issue.path.map(String).join('.') || 'record'}: ${issue.message}.`, {
    subject: `object ${key}`,
    remedy: 'Was it written by another version of airtune?',
    cause: parsed.error,
  });
}
