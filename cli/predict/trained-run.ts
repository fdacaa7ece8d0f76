import { printNotice } from '#cli/print/notice.ts';
import { findModel, findModelAgain } from '#run/model/model-source.ts';
import { requireResult } from '#run/output/read-result.ts';
import type { RunConfig } from '#shared/config/run-config.ts';

/** A finished run, as far as its model is concerned. */
export interface TrainedRun {
  readonly folder: string;
  readonly config: RunConfig;
  readonly labelNames: readonly string[];
}

/**
 * Reads what a run's output folder says of its model.
 *
 * @param named The model to use instead of the one that the run names: a folder, or a model on a hub.
 * @throws ConfigError when the folder is not that of a finished run.
 */
export async function readTrainedRun(folder: string, named: string | undefined): Promise<TrainedRun> {
  const { config, labelNames } = await requireResult(folder);
  const directory =
    named === undefined
      ? await findModelAgain(config.model, process.env, printNotice)
      : (await findModel(named, process.env, printNotice)).directory;
  return { folder, config: { ...config, model: { ...config.model, directory } }, labelNames };
}
