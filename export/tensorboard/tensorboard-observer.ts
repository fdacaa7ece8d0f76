import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RunClock } from '#export/run/run-clock.ts';
import type { ObservedRun, RunObserver } from '#run/follow/run-observer.ts';
import { writeWholeFile } from '#run/output/write-file.ts';
import { outputError } from '#shared/cloud/file/file-errors.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { eventFileName, firstRecords, roundRecord } from './run-records.ts';

/** Writes an event file while a run is executed; TensorBoard shows each round as soon as it is committed. */
export class TensorboardObserver implements RunObserver {
  readonly traceRounds = [];
  readonly #path: string;
  readonly #folder: string;
  readonly #nowMs: number;
  #clock: RunClock;

  /** @param nowMs When this process began its work on the run, since 1970-01-01 UTC. */
  constructor(folder: string, nowMs: number) {
    this.#folder = folder;
    this.#nowMs = nowMs;
    this.#path = join(folder, eventFileName(nowMs));
    this.#clock = new RunClock(nowMs);
  }

  /** A resumed run gets a second file. Rounds that are in the first one are not repeated. */
  async begin({ record, done }: ObservedRun): Promise<void> {
    const isFirst = await isEmptyFolder(this.#folder);
    const earlier = isFirst ? done : [];
    const records = earlier.map((metrics) => roundRecord(this.#clock.endOf(metrics), metrics));
    const first = firstRecords(this.#nowMs, isFirst ? record.config : undefined);
    await writeWholeFile(this.#path, Buffer.concat([first, ...records]));
  }

  async trace(): Promise<void> {}

  async round(metrics: RoundMetrics): Promise<void> {
    try {
      await appendFile(this.#path, roundRecord(this.#clock.endOf(metrics), metrics));
    } catch (error) {
      throw outputError(this.#path, error);
    }
  }

  async end(): Promise<void> {}
}

function isEmptyFolder(folder: string): Promise<boolean> {
  return readdir(folder).then(
    (names) => names.length === 0,
    () => true,
  );
}
