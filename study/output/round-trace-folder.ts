import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { outputError, systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { ConfigError } from '#shared/errors.ts';
import { parseRoundTrace, type RoundTrace } from '#shared/protocol/round-trace.ts';
import { readRegularText } from '#shared/read-file.ts';

const FILE_NAME = /^round-(\d{5,})\.json$/;

/**
 * The folder of a run's round traces inside an output folder: `traces/`, or a folder below it for one run of
 * a study's point. Points and repetitions are counted from 0.
 */
export function roundTraceFolder(point?: { readonly point: number; readonly repeat: number }): string {
  return point === undefined ? 'traces' : join('traces', pointRunName(point.point, point.repeat));
}

/** The name of the files and folders of one run of a study's point. Both numbers are counted from 0. */
export function pointRunName(point: number, repeat: number): string {
  return `point-${String(point + 1).padStart(5, '0')}-repeat-${String(repeat + 1).padStart(3, '0')}`;
}

/** The name of a round's trace in its folder. The round is counted from 1. */
export function roundTraceFile(round: number): string {
  return `round-${String(round).padStart(5, '0')}.json`;
}

/** The text of a round trace's file. */
export function roundTraceText(trace: RoundTrace): string {
  return `${JSON.stringify(trace)}\n`;
}

/** The rounds with a trace in a folder, ascending, counted from 1; empty if the folder does not exist. */
export async function tracedRounds(folder: string): Promise<readonly number[]> {
  try {
    const names = await readdir(folder);
    return names
      .flatMap((name) => FILE_NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((left, right) => left - right);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw outputError(folder, error);
  }
}

/**
 * Reads the trace of a round, counted from 1; undefined if there is none.
 *
 * @throws ConfigError if it cannot be read, or is not a trace of this version.
 */
export async function readRoundTrace(folder: string, round: number): Promise<RoundTrace | undefined> {
  const path = join(folder, roundTraceFile(round));
  try {
    return parseRoundTrace(JSON.parse(await readRegularText(path, ConfigError)), path);
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('cannot be read.', {
      subject: path,
      remedy: 'Run again with --trace-rounds to write it again.',
      cause,
    });
  }
}

/** All traces in a folder, by the number of the round. @throws ConfigError as {@link readRoundTrace} */
export async function readRoundTraces(folder: string): Promise<ReadonlyMap<number, RoundTrace>> {
  const traces = new Map<number, RoundTrace>();
  for (const round of await tracedRounds(folder)) {
    const trace = await readRoundTrace(folder, round);
    if (trace !== undefined) traces.set(round, trace);
  }
  return traces;
}
