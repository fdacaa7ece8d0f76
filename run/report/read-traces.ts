import { join } from 'node:path';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import { readRoundTrace, roundTraceFolder, tracedRounds } from '#study/output/round-trace-folder.ts';

/** Maximum number of traces that a report shows: the first ones. */
const SHOWN_TRACES = 20;

/** The traces in the folder, up to the number that a report shows. */
export async function readTraces(directory: string): Promise<readonly RoundTrace[]> {
  const folder = join(directory, roundTraceFolder());
  const rounds = (await tracedRounds(folder)).slice(0, SHOWN_TRACES);
  const traces = await Promise.all(rounds.map((round) => readRoundTrace(folder, round)));
  return traces.filter((trace) => trace !== undefined);
}
