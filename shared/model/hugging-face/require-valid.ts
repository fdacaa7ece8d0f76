import type * as z from 'zod';
import { ModelError } from '#shared/errors.ts';

/**
 * Checks the content of a model's JSON file against a schema and returns the parsed value.
 *
 * @throws {@link ModelError} naming the file and the first key that does not match the schema, with the
 *   remedy.
 */
export function requireValid<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  subject: string,
  remedy = 'Use a model whose file says so, or correct it.',
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = issue.path.join('.');
  throw new ModelError(`${key === '' ? '' : `${key}: `}${issue.message}.`, {
    subject,
    remedy,
  });
}
