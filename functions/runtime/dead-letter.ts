import * as z from 'zod';

const deadLetterSchema = z.strictObject({
  reason: z.string(),
  receives: z.int().nonnegative(),
  body: z.string(),
});

/** A message that was given up, with the reason and the number of its receives. */
export type DeadLetter = z.output<typeof deadLetterSchema>;

/** The body of a dead letter: JSON with the reason, the number of receives and the original body. */
export function deadLetterBody(body: string, reason: string, receives: number): string {
  return JSON.stringify({ reason, receives, body } satisfies DeadLetter);
}

/**
 * Parses a dead letter. A message that the queue's redrive policy moved has no reason; for it, a general
 * reason and the original body are returned.
 */
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
