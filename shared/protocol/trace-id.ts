import { createHash } from 'node:crypto';
import type { Message } from './message.ts';

/** One trace from a round's scheduling to its close, named by run and round: 32 hexadecimal digits. */
export function roundTraceId(run: string, round: number): string {
  return createHash('sha256').update(`${run}/${round}`).digest('hex').slice(0, 32);
}

/** What every log record that is made for a message carries: its round's trace. */
export function traceOf({ run, round, traceId }: Message): Pick<Message, 'run' | 'round' | 'traceId'> {
  return { run, round, traceId };
}
