import { noticesOf } from '#cli/print/notice.ts';
import type { Terminal } from '#cli/terminal.ts';
import { findModel, findModelAgain } from '#run/model/model-source.ts';
import { requireResult } from '#run/output/read-result.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { RunResult } from '#shared/protocol/run-result.ts';

/** The parts of a finished run that describe its model. */
export interface TrainedRun {
  readonly folder: string;
  readonly config: RunConfig;
  readonly labelNames: readonly string[];
  /** Mean and deviation of the training scores of a regression; undefined for a classification. */
  readonly score: RunResult['score'];
  /** Tensors of the final norm of a language task's heads; undefined for other tasks. */
  readonly finalNorm: RunResult['finalNorm'];
  /** Rows of the output matrix of a language task whose heads contain it. */
  readonly vocabularySize: RunResult['vocabularySize'];
}

/**
 * Reads the description of a run's model from its output folder.
 *
 * @param named A model to use instead of the run's: a folder, or a model on a hub.
 * @throws ConfigError if the folder does not hold a finished run.
 */
export async function readTrainedRun(
  folder: string,
  named: string | undefined,
  terminal: Terminal,
): Promise<TrainedRun> {
  const { config, labelNames, score, finalNorm, vocabularySize } = await requireResult(folder);
  const directory =
    named === undefined
      ? await findModelAgain(config.model, terminal.env, noticesOf(terminal))
      : (await findModel(named, terminal.env, noticesOf(terminal))).directory;
  return {
    folder,
    config: { ...config, model: { ...config.model, directory } },
    labelNames,
    score,
    finalNorm,
    vocabularySize,
  };
}
