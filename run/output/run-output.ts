import { rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { outputError } from '#shared/cloud/file/file-errors.ts';
import { type FolderLock, lockFolder } from '#shared/cloud/file/folder-lock.ts';
import { requireNewFolder } from '#shared/cloud/file/require-new-folder.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import { createFolder } from '#shared/create-folder.ts';
import { isThere } from '#shared/is-there.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { initialHead, restoreHead } from '#shared/model/head/head.ts';
import { OUTPUT_MATRIX } from '#shared/model/language/final-norm.ts';
import { pretrainedHead } from '#shared/model/language/language-head.ts';
import type { LoraAdapter } from '#shared/model/lora/peft-adapter.ts';
import { writePeftAdapter } from '#shared/model/lora/write-peft-adapter.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { readModelPart } from '#shared/model/split-model.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { TensorMean } from '#shared/model/tensor-mean.ts';
import type { DeviceMetrics } from '#shared/protocol/device-metrics.ts';
import { preparedKeys } from '#shared/protocol/keys.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import { headForm, type RunRecord } from '#shared/protocol/run-record.ts';
import type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import {
  roundTraceFile,
  roundTraceFolder,
  roundTraceText,
  tracedRounds,
} from '#study/output/round-trace-folder.ts';
import { RESULT_FILE } from './read-result.ts';
import { DEVICES_FILE, METRICS_FILE } from './read-rounds.ts';
import { appendLine, removeAbandonedParts, writeWholeFile } from './write-file.ts';

/** The output folder of a run. Every file in it is complete at all times. */
export class RunOutput {
  readonly directory: string;

  readonly #lock: FolderLock;
  /** Folders that `create` made, the outermost first. */
  readonly #created: readonly string[];

  private constructor(directory: string, lock: FolderLock, created: readonly string[]) {
    this.directory = directory;
    this.#lock = lock;
    this.#created = created;
  }

  /**
   * Creates a new run's folder if it is missing, and locks it against other processes.
   *
   * @throws OutputError when it is not empty, cannot be created, or is in use.
   */
  static async create(directory: string): Promise<RunOutput> {
    const created = await createMissing(directory);
    const lock = await lockFolder(directory);
    try {
      await requireNewFolder(
        directory,
        'Choose another folder with --out, or continue that run with --resume.',
      );
    } catch (error) {
      await lock.release();
      throw error;
    }
    return new RunOutput(directory, lock, created);
  }

  /** Opens and locks the folder of a resumed run. @throws OutputError when it is in use */
  static async reopen(directory: string): Promise<RunOutput> {
    const lock = await lockFolder(directory);
    const best = ['adapter', 'heads'].map((folder) => join(BEST_FOLDER, folder));
    for (const folder of ['.', 'adapter', 'heads', ...best, roundTraceFolder()])
      await removeAbandonedParts(join(directory, folder));
    return new RunOutput(directory, lock, []);
  }

  /** Unlocks the folder. */
  release(): Promise<void> {
    return this.#lock.release();
  }

  /** The folder with the objects that `--resume` needs; it stays after the run. */
  get stateDirectory(): string {
    return join(this.directory, 'state');
  }

  get metricsPath(): string {
    return join(this.directory, METRICS_FILE);
  }

  get #devicesPath(): string {
    return join(this.directory, DEVICES_FILE);
  }

  /**
   * Removes the files of a new run that could not be prepared, and the folders that were created for it. A
   * folder that existed before stays.
   */
  async discard(): Promise<void> {
    await rm(this.stateDirectory, { recursive: true, force: true });
    await rm(join(this.directory, 'run.json'), { force: true });
    // A folder that another program has written to is not empty and stays.
    for (const folder of this.#created.toReversed()) await rmdir(folder).catch(() => {});
  }

  /** Starts metrics.jsonl and devices.jsonl with the rounds that are already known. */
  async startMetrics(rounds: readonly RoundMetrics[], devices: readonly DeviceMetrics[]): Promise<void> {
    try {
      await createFolder(this.directory);
    } catch (error) {
      throw outputError(this.directory, error);
    }
    await writeWholeFile(this.metricsPath, jsonLines(rounds));
    await writeWholeFile(this.#devicesPath, jsonLines(devices));
  }

  /** Writes the trace of a round into `traces/`. */
  async writeTrace(trace: RoundTrace): Promise<void> {
    const path = join(this.#traceDirectory, roundTraceFile(trace.round));
    await writeWholeFile(path, roundTraceText(trace));
  }

  /** The rounds whose traces are in the folder, counted from 1. */
  tracedRounds(): Promise<readonly number[]> {
    return tracedRounds(this.#traceDirectory);
  }

  get #traceDirectory(): string {
    return join(this.directory, roundTraceFolder());
  }

  /** Adds a round to both files. */
  async addMetrics(round: RoundMetrics, devices: DeviceMetrics): Promise<void> {
    await appendLine(this.metricsPath, JSON.stringify(round));
    await appendLine(this.#devicesPath, JSON.stringify(devices));
  }

  async writeResult(result: RunResult): Promise<void> {
    await writeWholeFile(join(this.directory, RESULT_FILE), `${JSON.stringify(result, null, 2)}\n`);
    // Loaded at the end of the run: the first round does not wait for the code of the report.
    const { readTraces } = await import('#run/report/read-traces.ts');
    const { runContent } = await import('#run/report/run-content.ts');
    const { writeReport } = await import('#report/write-report.ts');
    const traces = await readTraces(this.directory);
    await writeReport(this.directory, runContent({ ...result, traces }), writeWholeFile);
  }

  /** Writes the adapter in PEFT's format and every device's head, as they are after `state.rounds` rounds. */
  writeModel(
    objects: ObjectStore,
    record: RunRecord,
    model: WrittenModel,
    state: TrainedState,
  ): Promise<void> {
    return this.#writeState(this.directory, objects, record, model, state);
  }

  /** Writes the best tested state into the folder `best/`, in the same form. */
  writeBest(
    objects: ObjectStore,
    record: RunRecord,
    model: WrittenModel,
    state: TrainedState,
  ): Promise<void> {
    return this.#writeState(join(this.directory, BEST_FOLDER), objects, record, model, state);
  }

  async #writeState(
    folder: string,
    objects: ObjectStore,
    record: RunRecord,
    { modelConfig, modelName }: WrittenModel,
    { rounds, headRounds }: TrainedState,
  ): Promise<void> {
    const store = new RunStore(objects);
    const { lora } = await store.checkpoint(record.run, rounds).require();
    const { settings, size } = headForm(record);
    const isLanguage = settings.kind === 'language';
    const pretrained = isLanguage ? await pretrainedOf(objects, record) : undefined;
    const fresh = initialHead(settings, size, record.config.seed, pretrained);
    const sum = new TensorMean();
    for (const [device, madeAfter] of headRounds.entries()) {
      const head =
        madeAfter === 0
          ? fresh
          : restoreHead(settings, size, await store.head(record.run, device, madeAfter).require());
      await writeWholeFile(join(folder, 'heads', headFileName(device)), writeSafetensors(head.parameters));
      if (isLanguage) sum.add(head.parameters);
    }
    const adapter = {
      settings: record.config.lora,
      tensors: lora,
      ...(isLanguage && record.config.head.train !== 'none' ? savedHead(sum.mean()) : {}),
    };
    const task = isLanguage ? 'language' : 'features';
    const files = writePeftAdapter(modelConfig, adapter, modelName, task);
    for (const [name, bytes] of Object.entries(files)) {
      await writeWholeFile(join(folder, 'adapter', name), bytes);
    }
  }
}

/** Tensors with which the heads of a language task start. */
async function pretrainedOf(objects: ObjectStore, record: RunRecord): Promise<NamedTensors> {
  const key = preparedKeys.deviceModel(record.prepared);
  return pretrainedHead(readModelPart(await requireObject(objects, key), key));
}

/** The average head of a language task as parts of an adapter. */
function savedHead(average: NamedTensors): Pick<LoraAdapter, 'savedNorm' | 'savedHead'> {
  const matrix = average.get(OUTPUT_MATRIX);
  if (matrix === undefined) return { savedNorm: average };
  return {
    savedNorm: new Map([...average].filter(([name]) => name !== OUTPUT_MATRIX)),
    savedHead: new Map([[OUTPUT_MATRIX, matrix]]),
  };
}

function* jsonLines(values: readonly unknown[]): Generator<string> {
  for (const value of values) yield `${JSON.stringify(value)}\n`;
}

/** Folder of the best tested state in an output folder. */
export const BEST_FOLDER = 'best';

interface WrittenModel {
  readonly modelConfig: ModelConfig;
  readonly modelName: string;
}

/** A state of a run: the number of rounds of its LoRA, and for each device that of its head. */
interface TrainedState {
  readonly rounds: number;
  readonly headRounds: readonly number[];
}

/** Creates a folder and its parents; returns those that were missing, the outermost first. */
async function createMissing(directory: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let folder = resolve(directory); !(await isThere(folder)); folder = dirname(folder)) {
    missing.unshift(folder);
  }
  try {
    await createFolder(directory);
  } catch (error) {
    for (const folder of missing.toReversed()) await rmdir(folder).catch(() => {});
    throw outputError(directory, error);
  }
  return missing;
}

export function headFileName(device: number): string {
  return `device-${String(device).padStart(4, '0')}.safetensors`;
}
