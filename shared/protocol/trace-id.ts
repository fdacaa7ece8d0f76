import { createHash } from 'node:crypto';
import type { Message } from './message.ts';

/**
 * The trace id of a round, from its scheduling to its close: 32 hexadecimal digits, a hash of run and round.
 */
export function roundTraceId(run: string, round: number): string {
  return createHash('sha256').update(`${run}/${round}`).digest('hex').slice(0, 32);
}

/** The fields that every log record about a message carries: run, round and trace id. */
export function traceOf({ run, round, traceId }: Message): Pick<Message, 'run' | 'round' | 'traceId'> {
  return { run, round, traceId };
}
