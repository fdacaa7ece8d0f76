import type { RunConfig } from '../../shared/config/run-config.ts';
import { ConfigError } from '../../shared/errors.ts';
import { readResult } from '../output/read-result.ts';

/** A finished run, as far as its model is concerned. */
export interface TrainedRun {
  readonly folder: string;
  readonly config: RunConfig;
  readonly labelNames: readonly string[];
}

/**
 * Reads what a run's output folder says of its model.
 *
 * @param modelDirectory Where the model is now, if it is no longer where the run found it.
 * @throws ConfigError when the folder is not that of a finished run.
 */
export async function readTrainedRun(
  folder: string,
  modelDirectory: string | undefined,
): Promise<TrainedRun> {
  const result = await readResult(folder);
  if (result === undefined) {
    throw new ConfigError('holds no result.json.', {
      subject: folder,
      remedy: 'Name the output folder of a finished run; airtune run --resume finishes one.',
    });
  }
  const { config, labelNames } = result;
  const directory = modelDirectory ?? config.model.directory;
  return { folder, config: { ...config, model: { ...config.model, directory } }, labelNames };
}
