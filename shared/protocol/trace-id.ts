import { createHash } from 'node:crypto';

/** One trace from a round's scheduling to its close, named by run and round: 32 hexadecimal digits. */
export function roundTraceId(run: string, round: number): string {
  return createHash('sha256').update(`${run}/${round}`).digest('hex').slice(0, 32);
}
