import { rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { outputError } from '#shared/cloud/file/file-errors.ts';
import { requireNewFolder } from '#shared/cloud/file/require-new-folder.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { createFolder } from '#shared/create-folder.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { initialHead, restoreHead } from '#shared/model/head/head.ts';
import { writePeftAdapter } from '#shared/model/lora/peft-adapter.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { Evaluation } from '#shared/protocol/records.ts';
import { headForm, type RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { runReport } from '#study/report/run-report.ts';
import type { ControlOfRun } from './control-of-run.ts';
import type { RoundMetrics } from './round-metrics.ts';
import type { RunProvenance } from './run-provenance.ts';
import type { TheoremOfRun } from './theorem-of-run.ts';
import { appendLine, writeWholeFile } from './write-file.ts';

/** Version of result.json and of the lines of metrics.jsonl; it rises when a field changes its meaning or goes. */
export const RESULT_VERSION = 2;

export interface RunResult {
  readonly format: 'airtune-result';
  readonly version: typeof RESULT_VERSION;
  readonly run: string;
  readonly target: string;
  /** Whether the times are those of the virtual cloud or of a real clock. */
  readonly virtualTime: boolean;
  /** What ran the encoder, and the tokens that fill it. */
  readonly engine: string;
  readonly fillTokens: number;
  readonly config: RunRecord['config'];
  readonly payloadBits: RunRecord['payloadBits'];
  readonly labelNames: readonly string[];
  readonly chance: number | null;
  /** How the budget was kept, and how many devices were possible. */
  readonly control: ControlOfRun;
  /** Theorem 1 beside the training loss; null where there were too few rounds to fit its constants. */
  readonly theorem1: TheoremOfRun | null;
  readonly rounds: readonly RoundMetrics[];
  readonly evaluations: readonly Evaluation[];
  readonly provenance: RunProvenance;
}

/** The folder that a run leaves behind. Every file is whole at any time. */
export class RunOutput {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** What `--resume` needs, while the run is not finished and after. */
  get stateDirectory(): string {
    return join(this.directory, 'state');
  }

  get metricsPath(): string {
    return join(this.directory, 'metrics.jsonl');
  }

  /** @throws OutputError when the folder is there already and holds anything. */
  requireNew(): Promise<void> {
    return requireNewFolder(
      this.directory,
      'Choose another folder with --out, or go on with that run by --resume.',
    );
  }

  /** Takes the folder of a run away again that could not be prepared; only what a run writes, and the folder if empty. */
  async discard(): Promise<void> {
    await rm(this.stateDirectory, { recursive: true, force: true });
    await rm(join(this.directory, 'run.json'), { force: true });
    // Not empty, or not ours to remove: left as it is.
    await rmdir(this.directory).catch(() => {});
  }

  /** Begins metrics.jsonl with the rounds that are known already. */
  async startMetrics(rounds: readonly RoundMetrics[]): Promise<void> {
    try {
      await createFolder(this.directory);
    } catch (error) {
      throw outputError(this.directory, error);
    }
    await writeWholeFile(this.metricsPath, rounds.map((round) => `${JSON.stringify(round)}\n`).join(''));
  }

  addMetrics(round: RoundMetrics): Promise<void> {
    return appendLine(this.metricsPath, JSON.stringify(round));
  }

  async writeResult(result: RunResult): Promise<void> {
    await writeWholeFile(join(this.directory, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
    await writeWholeFile(join(this.directory, 'report.html'), runReport(result));
  }

  /** The adapter in PEFT's format and every device's head, as they are after `rounds` rounds. */
  async writeModel(
    objects: ObjectStore,
    record: RunRecord,
    modelConfig: ModelConfig,
    rounds: number,
    headRounds: readonly number[],
  ): Promise<void> {
    const store = new RunStore(objects);
    const { lora } = await store.checkpoint(record.run, rounds).require();
    const adapter = { settings: record.config.lora, tensors: lora };
    const { hub, directory } = record.config.model;
    const files = writePeftAdapter(modelConfig, adapter, hub?.name ?? basename(directory));
    for (const [name, bytes] of Object.entries(files)) {
      await writeWholeFile(join(this.directory, 'adapter', name), bytes);
    }
    const { settings, size } = headForm(record);
    const fresh = initialHead(settings, size, record.config.seed);
    for (const [device, madeAfter] of headRounds.entries()) {
      const { parameters } =
        madeAfter === 0
          ? fresh
          : restoreHead(settings, size, await store.head(record.run, device, madeAfter).require());
      await writeWholeFile(join(this.directory, 'heads', headFileName(device)), writeSafetensors(parameters));
    }
  }
}

export function headFileName(device: number): string {
  return `device-${String(device).padStart(4, '0')}.safetensors`;
}
