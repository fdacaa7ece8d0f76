import { join } from 'node:path';
import { usdPerRound } from '#run/cost/run-dollars.ts';
import { readHostAddress } from '#run/hosts/host-address.ts';
import { readResult } from '#run/output/read-result.ts';
import { readRounds } from '#run/output/read-rounds.ts';
import { FileObjectStore } from '#shared/cloud/file/file-object-store.ts';
import { isFolderHeld } from '#shared/cloud/file/folder-lock.ts';
import { durabilityOf } from '#shared/protocol/keys.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { controlSoFar } from './control-so-far.ts';
import { readTraces } from './read-traces.ts';
import type { ReportedRun } from './reported-run.ts';

/**
 * Reads a run for its report from the output folder: during the run, after an interruption or at the end. A
 * finished run has its estimated cost. Nothing is locked or changed. Undefined if the folder is not the
 * output folder of a run.
 *
 * @throws ConfigError naming a file that is not of this version, or damaged.
 */
export async function readReportedRun(directory: string): Promise<ReportedRun | undefined> {
  const traces = await readTraces(directory);
  const result = await readResult(directory);
  if (result !== undefined) {
    const usd = await usdPerRound(result);
    return { ...result, traces, ...(usd === undefined ? {} : { usdPerRound: usd }) };
  }
  const rounds = await readRounds(directory);
  if (rounds === undefined) return undefined;
  const { target, run } = await readHostAddress(directory);
  const record = target === 'embedded' ? await readRecord(directory, run) : undefined;
  return {
    run,
    target: target === 'deployment' ? 'aws' : target,
    virtualTime: target === 'embedded',
    chance: null,
    theorem1: null,
    control: controlSoFar(rounds, record?.config),
    ...(record === undefined ? {} : { config: record.config }),
    rounds,
    traces,
    progress: {
      state: (await isFolderHeld(directory)) ? 'running' : 'interrupted',
      ...(record === undefined ? {} : { rounds: record.config.training.rounds }),
    },
  };
}

async function readRecord(directory: string, run: string): Promise<RunRecord | undefined> {
  const objects = await FileObjectStore.open(join(directory, 'state'), durabilityOf);
  return new RunStore(objects).run(run).read();
}
