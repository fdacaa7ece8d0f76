import { join } from 'node:path';
import { outputError, systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { type FolderLock, lockFolder } from '#shared/cloud/file/folder-lock.ts';
import { requireNewFolder } from '#shared/cloud/file/require-new-folder.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { createFolder } from '#shared/create-folder.ts';
import { OutputError } from '#shared/errors.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import { readRegularText } from '#shared/read-file.ts';
import type { PointResult } from '#study/model/run-point.ts';
import { pointResultSchema } from '#study/output/point-result-schema.ts';
import {
  pointRunName,
  roundTraceFile,
  roundTraceFolder,
  roundTraceText,
} from '#study/output/round-trace-folder.ts';
import { STUDY_VERSION, type StudyPlan, studyPlanSchema } from '#study/output/study-plan.ts';
import type { StudyTask } from './study-task.ts';

/** Writes a file under a temporary name and renames it, so that it is always complete. */
export type WriteFile = (path: string, content: string) => Promise<void>;

/**
 * The folder of a study: `plan.json`, one file in `points/` for each finished run of a point, and at the end
 * the results. All files are complete at any time, so that a stopped study can be resumed.
 */
export class StudyFolder {
  readonly directory: string;
  readonly #write: WriteFile;
  #lock: FolderLock | undefined;

  constructor(directory: string, write: WriteFile) {
    this.directory = directory;
    this.#write = write;
  }

  /** Starts a new study and locks its folder. @throws OutputError when the folder exists and is not empty */
  async begin(plan: StudyPlan): Promise<void> {
    await this.#create(this.directory);
    await this.hold();
    await requireNewFolder(
      this.directory,
      'Choose another folder with --out, or continue that study with --resume.',
    );
    await this.#create(join(this.directory, 'points'));
    await this.write('plan.json', `${JSON.stringify(plan, null, 2)}\n`);
  }

  /** Locks the folder until `release`. @throws OutputError when another process holds it */
  async hold(): Promise<void> {
    this.#lock = await lockFolder(this.directory);
  }

  async release(): Promise<void> {
    await this.#lock?.release();
  }

  /**
   * The plan of the study in the folder. @throws OutputError if there is none, or if it is of another version
   */
  async plan(): Promise<StudyPlan> {
    const path = join(this.directory, 'plan.json');
    const text = await this.#read('plan.json');
    if (text === undefined) {
      throw new OutputError('holds no study.', {
        subject: this.directory,
        remedy: 'Give the --out folder of a study.',
      });
    }
    const plan: unknown = parsed(text, path, 'Start a new study.');
    const version = isRecord(plan) ? plan.version : undefined;
    if (version !== STUDY_VERSION) {
      throw new OutputError(`is of version ${String(version)}; this is version ${STUDY_VERSION}.`, {
        subject: path,
        remedy: 'Finish it with the airtune that started it, or start a new study.',
      });
    }
    return parseStrict(studyPlanSchema, plan, path);
  }

  /** The result of a run, undefined if it is not finished. @throws OutputError when its file is damaged */
  async result({ point, repeat, settings }: StudyTask): Promise<PointResult | undefined> {
    const name = resultName(point, repeat);
    const text = await this.#read(name);
    if (text === undefined) return undefined;
    const path = join(this.directory, name);
    const remedy = `Delete it and continue with: airtune study --resume ${this.directory}`;
    const result = pointResultSchema.safeParse(parsed(text, path, remedy));
    const isWhole =
      result.data?.rounds.length === settings.training.rounds &&
      result.data.rounds.every(({ round }, index) => round === index);
    if (isWhole) return result.data;
    const issue = result.error?.issues[0];
    const fault = issue === undefined ? 'its rounds' : issue.path.map(String).join('.');
    throw new OutputError(`is damaged: ${fault}.`, { subject: path, remedy, cause: result.error });
  }

  /** Stores the result of a run after its round traces: a run that has a result also has its traces. */
  async keep(
    { point, repeat }: StudyTask,
    result: PointResult,
    traces: readonly RoundTrace[] = [],
  ): Promise<void> {
    const folder = roundTraceFolder({ point, repeat });
    for (const trace of traces) {
      await this.write(join(folder, roundTraceFile(trace.round)), roundTraceText(trace));
    }
    await this.write(resultName(point, repeat), JSON.stringify(result));
  }

  write(name: string, content: string): Promise<void> {
    return this.#write(join(this.directory, name), content);
  }

  async #create(folder: string): Promise<void> {
    try {
      await createFolder(folder);
    } catch (error) {
      throw outputError(this.directory, error);
    }
  }

  async #read(name: string): Promise<string | undefined> {
    const path = join(this.directory, name);
    try {
      return await readRegularText(path, OutputError);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw outputError(path, error);
    }
  }
}

/** Parses a file of the folder. Files are always complete, so a file that is not JSON was changed later. */
function parsed(text: string, path: string, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OutputError('is damaged: it is not JSON.', { subject: path, remedy, cause });
  }
}

function resultName(point: number, repeat: number): string {
  return `points/${pointRunName(point, repeat)}.json`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
