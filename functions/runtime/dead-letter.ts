import * as z from 'zod';

const deadLetterSchema = z.strictObject({
  reason: z.string(),
  receives: z.int().nonnegative(),
  body: z.string(),
});

/** A message that could not be processed, and why. */
export type DeadLetter = z.output<typeof deadLetterSchema>;

export function deadLetterBody(body: string, reason: string, receives: number): string {
  return JSON.stringify({ reason, receives, body } satisfies DeadLetter);
}

/** Reads a dead letter; one that the queue itself moved carries no reason. */
export function parseDeadLetter(text: string): DeadLetter {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'is not JSON.', receives: 0, body: text };
  }
  const parsed = deadLetterSchema.safeParse(value);
  return parsed.success
    ? parsed.data
    : { reason: 'was received too often without being processed.', receives: 0, body: text };
}
