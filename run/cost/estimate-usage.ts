import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { NO_USAGE, type Usage } from '#emulator/services/prices/bill.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { findTask } from '#shared/data/task-registry.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { sequenceTokens } from '#shared/preparation/sequence-tokens.ts';
import type { PointPlugins } from '#study/model/round-planner.ts';
import { type RoundResult, runPoint, runPointByPlugins } from '#study/model/run-point.ts';
import { type StudySettings, studySchema } from '#study/settings/study-schema.ts';

/** Expected usage of a run, from modelled rounds on the emulated cloud. */
export interface UsageEstimate {
  readonly usage: Usage;
  readonly rounds: number;
  /** Number of modelled rounds; the remaining rounds are assumed to be like them. */
  readonly modelledRounds: number;
  readonly secondsPerRound: number;
  readonly devicesPerRound: number;
}

/** Maximum of devices times modelled rounds; these take seconds to model. */
const MODELLED_DEVICE_ROUNDS = 100_000;
const FEWEST_ROUNDS = 3;

/** Assumed number of labels of the user's own data. */
const OWN_LABELS = 2;

/**
 * Estimates the usage of a run.
 *
 * @throws ConfigError; InfeasibleError if a round cannot be planned.
 */
export function estimateUsage(
  config: RunConfig,
  model: ModelConfig,
  trainExamples: number,
  cloud: CloudParameters,
): UsageEstimate {
  const settings = studySettings(config, model, trainExamples, cloud);
  return usageOf(config, cloud, runPoint(settings).rounds);
}

/**
 * Estimates the usage of a run with plug-ins.
 *
 * @throws PluginError naming the plug-in and the round; else as {@link estimateUsage}
 */
export async function estimateUsageByPlugins(
  config: RunConfig,
  model: ModelConfig,
  trainExamples: number,
  cloud: CloudParameters,
  plugins: PointPlugins,
): Promise<UsageEstimate> {
  const settings = studySettings(config, model, trainExamples, cloud);
  return usageOf(config, cloud, (await runPointByPlugins(settings, plugins)).rounds);
}

function usageOf(
  { training: { rounds } }: RunConfig,
  cloud: CloudParameters,
  modelled: readonly RoundResult[],
): UsageEstimate {
  const mean = (of: (round: (typeof modelled)[number]) => number): number =>
    modelled.reduce((sum, round) => sum + of(round), 0) / modelled.length;
  // The first round includes the start of the first replica; the others are typical.
  const [first, ...others] = modelled.map(({ usage }) => usage);
  const usage = addUsage(first ?? NO_USAGE, others, (rounds - 1) / Math.max(others.length, 1));
  // If replicas scale from zero, the last one is idle once, at the end of the run, before it stops.
  const idleHours = cloud.encoder.minimumReplicas > 0 ? 0 : cloud.encoder.idleSeconds / 3600;
  return {
    usage: { ...usage, containerHours: usage.containerHours + idleHours },
    rounds,
    modelledRounds: modelled.length,
    secondsPerRound: mean(({ latency, commitMs }) => latency.roundNanoseconds / 1e9 + commitMs / 1000),
    devicesPerRound: mean(({ answered }) => answered),
  };
}

function studySettings(
  config: RunConfig,
  model: ModelConfig,
  trainExamples: number,
  cloud: CloudParameters,
): StudySettings {
  const { training, seed, channel, scheduling, transport, lora, head, data, server } = config;
  return {
    ...studySchema.parse({}),
    seed,
    model: {
      hiddenSize: model.hiddenSize,
      intermediateSize: model.intermediateSize,
      layerCount: model.layerCount,
    },
    data: {
      maxTokens: sequenceTokens(config, model),
      labelCount: labelCountOf(data),
      shardExamples: Math.max(1, Math.round(trainExamples / training.devices)),
    },
    lora,
    head,
    training: {
      ...training,
      rounds: Math.min(
        training.rounds,
        Math.max(FEWEST_ROUNDS, Math.floor(MODELLED_DEVICE_ROUNDS / training.devices)),
      ),
    },
    transport,
    channel,
    scheduling,
    server: { requestsInParallel: server.requestsInParallel },
    cloud,
  };
}

/**
 * Number of labels of the task, for the size of the heads. It is assumed for the user's own data, which is
 * not read here.
 */
function labelCountOf({ task }: RunConfig['data']): number {
  return task === 'text' || task === 'images' ? OWN_LABELS : findTask(task).labelNames.length;
}

function addUsage(first: Usage, others: readonly Usage[], scale: number): Usage {
  const total = (of: (usage: Usage) => number): number =>
    of(first) + scale * others.reduce((sum, usage) => sum + of(usage), 0);
  return {
    queueRequests: total((usage) => usage.queueRequests),
    functionRequests: total((usage) => usage.functionRequests),
    functionGigabyteSeconds: total((usage) => usage.functionGigabyteSeconds),
    storePuts: total((usage) => usage.storePuts),
    storeGets: total((usage) => usage.storeGets),
    containerHours: total((usage) => usage.containerHours),
    transferGigabytes: total((usage) => usage.transferGigabytes),
  };
}
