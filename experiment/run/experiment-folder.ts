import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandonedParts, writeWholeFile } from '#run/output/write-file.ts';
import { outputError, systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { type FolderLock, lockFolder } from '#shared/cloud/file/folder-lock.ts';
import { requireNewFolder } from '#shared/cloud/file/require-new-folder.ts';
import { createFolder } from '#shared/create-folder.ts';
import { OutputError } from '#shared/errors.ts';
import {
  type ExperimentPlan,
  type ExperimentResult,
  parseExperimentPlan,
  parseExperimentResult,
} from '#shared/protocol/experiment-result.ts';
import { readRegularText } from '#shared/read-file.ts';

export const PLAN_FILE = 'plan.json';
export const EXPERIMENT_FILE = 'experiment.json';

/** Longest wait for a run of a killed experiment to save and end [ms]. */
const SAVING_MS = 60_000;

/**
 * The folder of an experiment: `plan.json`, an output folder for each run in `runs/`, and the results. Every
 * file that this class writes is complete at any time, so a stopped experiment can be resumed.
 */
export class ExperimentFolder {
  readonly directory: string;
  #lock: FolderLock | undefined;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Starts a new experiment and locks its folder. @throws OutputError when it is not empty, or in use */
  async begin(plan: ExperimentPlan): Promise<void> {
    try {
      await createFolder(this.directory);
    } catch (error) {
      throw outputError(this.directory, error);
    }
    await this.hold();
    await requireNewFolder(
      this.directory,
      'Choose another folder with --out, or go on with that experiment by --resume.',
    );
    await this.write(PLAN_FILE, `${JSON.stringify(plan, null, 2)}\n`);
  }

  /** Locks the folder until `release`. @throws OutputError when another process holds it */
  async hold(): Promise<void> {
    this.#lock = await lockFolder(this.directory);
  }

  async release(): Promise<void> {
    await this.#lock?.release();
    this.#lock = undefined;
  }

  /**
   * The plan in the folder.
   * @throws OutputError when there is none or it is not JSON; ConfigError when it is not a valid plan
   */
  async plan(): Promise<ExperimentPlan> {
    const path = join(this.directory, PLAN_FILE);
    let text: string;
    try {
      text = await readRegularText(path, OutputError);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw outputError(path, error);
      throw new OutputError('holds no experiment.', {
        subject: this.directory,
        remedy: 'Give the folder of an experiment that was begun with --out.',
      });
    }
    return parseExperimentPlan(parsedJson(text, path), path);
  }

  /**
   * The results of the last call that ended; undefined if there are none.
   * @throws OutputError when the file is not JSON; ConfigError when it is not a valid result
   */
  async result(): Promise<ExperimentResult | undefined> {
    const path = this.path(EXPERIMENT_FILE);
    let text: string;
    try {
      text = await readRegularText(path, OutputError);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw outputError(path, error);
    }
    return parseExperimentResult(parsedJson(text, path), path);
  }

  /** Path of a file or folder in the experiment's folder; relative if `directory` is. */
  path(name: string): string {
    return join(this.directory, name);
  }

  write(name: string, content: string): Promise<void> {
    return writeWholeFile(this.path(name), content);
  }

  /**
   * Creates the folder of a run, or empties it for a run that is to start over. Waits for a process of a
   * killed experiment that still saves in it. A run removes the folders that it created when it cannot start,
   * so the folders of runs are created here: a late process of a killed experiment removes none of them.
   *
   * @throws OutputError when the folder stays in use, or cannot be created or emptied
   */
  async prepareRun(name: string): Promise<void> {
    const folder = this.path(name);
    try {
      await createFolder(folder);
      const lock = await lockFolder(folder, SAVING_MS);
      try {
        for (const entry of await readdir(folder))
          await rm(join(folder, entry), { recursive: true, force: true });
      } finally {
        await lock.release();
      }
    } catch (error) {
      throw outputError(folder, error);
    }
  }

  /** Waits until no process writes into the folder of a run. */
  async waitForRun(name: string): Promise<void> {
    await (await lockFolder(this.path(name), SAVING_MS)).release();
  }

  /** Removes the temporary files of killed writers. */
  async removeAbandoned(): Promise<void> {
    await removeAbandonedParts(this.directory);
  }
}

/** Whether a folder is that of an experiment, finished or not. */
export async function isExperiment(directory: string): Promise<boolean> {
  try {
    const plan: unknown = JSON.parse(await readRegularText(join(directory, PLAN_FILE), OutputError));
    return (
      typeof plan === 'object' &&
      plan !== null &&
      'format' in plan &&
      plan.format === 'airtune-experiment-plan'
    );
  } catch {
    return false;
  }
}

function parsedJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OutputError('is damaged: it is not JSON.', {
      subject: path,
      remedy: 'Begin a new experiment.',
      cause,
    });
  }
}
