import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { billOf } from '#emulator/services/prices/bill.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { AirtuneError } from '#shared/errors.ts';
import { readModelConfig } from '#shared/model/hugging-face/model-directory.ts';
import type { RunResult } from '#shared/protocol/run-result.ts';
import { estimateUsage, estimateUsageOfRecord } from './estimate-usage.ts';

/** Assumed number of training examples of a device; it only affects the size of the shard. */
const SHARD_EXAMPLES = 500;

/**
 * Estimated cost of a round of a finished run at list prices [USD], from modelled rounds with its settings,
 * or with its recorded plans if they are by a policy or a channel of a plug-in. Undefined if its model no
 * longer exists, or if its rounds cannot be modelled.
 */
export async function usdPerRound(
  result: Pick<RunResult, 'config' | 'cloud' | 'plugins' | 'rounds'>,
): Promise<number | undefined> {
  const { config, plugins } = result;
  try {
    const model = await readModelConfig(config.model.directory, config.model.imageSize);
    const cloud = parseStrict(cloudParameters, result.cloud ?? {}, 'cloud');
    const examples = SHARD_EXAMPLES * config.training.devices;
    const { usage, rounds } =
      plugins?.policy === undefined && plugins?.channel === undefined
        ? estimateUsage(config, model, examples, cloud)
        : estimateUsageOfRecord(config, model, examples, cloud, result.rounds);
    return billOf(usage, cloud.prices).totalUsd / rounds;
  } catch (error) {
    if (error instanceof AirtuneError) return undefined;
    throw error;
  }
}
