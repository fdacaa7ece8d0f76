import { ConfigError } from '#shared/errors.ts';
import type { RoundList } from '#shared/protocol/round-list.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import { readRoundTrace, tracedRounds } from '#study/output/round-trace-folder.ts';

/** Most round numbers that an error lists. */
const MOST_LISTED = 12;

/**
 * Reads the traces of the named rounds in ascending order, at least one. `all` and `last` are those of the
 * traced rounds.
 *
 * @param folder The folder with the traces, inside an output folder.
 * @throws ConfigError naming a round without a trace, and the option that writes traces.
 */
export async function readTraces(folder: string, list: RoundList): Promise<readonly RoundTrace[]> {
  const rounds = namedRounds(list, await tracedRounds(folder), folder);
  const traces: RoundTrace[] = [];
  for (const round of rounds) {
    const trace = await readRoundTrace(folder, round);
    if (trace === undefined) throw untraced(round, [], folder);
    traces.push(trace);
  }
  return traces;
}

function namedRounds(list: RoundList, traced: readonly number[], folder: string): readonly number[] {
  const last = traced.at(-1);
  if (list === 'all' || list === 'last') {
    if (last === undefined) throw untraced(undefined, traced, folder);
    return list === 'all' ? traced : [last];
  }
  const present = new Set(traced);
  const named = new Set<number>();
  for (const range of list) {
    for (let round = range.first; round <= range.last; round++) {
      if (!present.has(round)) throw untraced(round, traced, folder);
      named.add(round);
    }
  }
  return [...named].sort((left, right) => left - right);
}

function untraced(round: number | undefined, traced: readonly number[], folder: string): ConfigError {
  const listed = traced.slice(0, MOST_LISTED).join(', ');
  const more = traced.length > MOST_LISTED ? ` and ${traced.length - MOST_LISTED} more` : '';
  const there = traced.length === 0 ? '' : ` Traced are ${listed}${more}.`;
  return new ConfigError(round === undefined ? 'holds no traces.' : `holds no trace of round ${round}.`, {
    subject: folder,
    remedy: `Run again with --trace-rounds ${round ?? 'LIST'}, which writes it.${there}`,
  });
}
