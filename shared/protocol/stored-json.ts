import type * as z from 'zod';
import { DamagedObjectError } from '#shared/cloud/damaged-object.ts';
import { ProtocolError } from '#shared/errors.ts';

/**
 * Validates a value and encodes it as one line of JSON. Equal values with the same order of fields give the
 * same bytes.
 *
 * @throws ProtocolError naming the object and the field when the value does not match the schema.
 */
export function encodeJson<Value>(schema: z.ZodType<Value>, value: Value, key: string): Uint8Array {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new ProtocolError(`was not stored: ${firstIssue(parsed.error)}.`, {
      subject: `object ${key}`,
      cause: parsed.error,
    });
  }
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}

/**
 * Decodes and validates a JSON record.
 *
 * @throws DamagedObjectError when the bytes are not JSON.
 * @throws ProtocolError naming the object and the field when the value does not match the schema.
 */
export function decodeJson<Value>(schema: z.ZodType<Value>, bytes: Uint8Array, key: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const found = bytes.byteLength === 0 ? 'it is empty' : 'it is not JSON';
    throw new DamagedObjectError(key, `object ${key}`, found, 'Start a new run.', cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProtocolError(`${firstIssue(parsed.error)}.`, {
    subject: `object ${key}`,
    remedy: 'If another version of airtune wrote it, use that version or start a new run.',
    cause: parsed.error,
  });
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  return `${issue.path.map(String).join('.') || 'record'}: ${issue.message}`;
}
