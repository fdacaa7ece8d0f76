import type { ModelledRound } from '#emulator/modelled/round-book.ts';
import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { NO_USAGE, type Usage } from '#emulator/services/prices/bill.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { isLanguageTask } from '#shared/data/language-task.ts';
import { findTask } from '#shared/data/task-registry.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { sequenceTokens } from '#shared/preparation/sequence-tokens.ts';
import type { PointPlugins } from '#study/model/round-planner.ts';
import { runPoint, runPointByPlugins } from '#study/model/run-point.ts';
import { type RecordedPlan, runRecorded } from '#study/model/run-recorded.ts';
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

/**
 * Estimates the usage of a finished run from its recorded plans. Neither its policy nor its channel is
 * called, so that no code of a plug-in runs where a result is only read.
 *
 * @throws InfeasibleError if a round never closes
 */
export function estimateUsageOfRecord(
  config: RunConfig,
  model: ModelConfig,
  trainExamples: number,
  cloud: CloudParameters,
  recorded: readonly RecordedPlan[],
): UsageEstimate {
  const settings = studySettings(config, model, trainExamples, cloud);
  return usageOf(config, cloud, runRecorded(settings, recorded.slice(0, settings.training.rounds)));
}

function usageOf(
  { training: { rounds } }: RunConfig,
  cloud: CloudParameters,
  modelled: readonly Pick<ModelledRound, 'usage' | 'latency' | 'commitMs' | 'answered'>[],
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
      config: { ...model },
      vocabularySize: isLanguageTask(data) ? vocabularyOf(model) : undefined,
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
function labelCountOf(data: RunConfig['data']): number {
  const { task } = data;
  const isOwn = task === 'text' || task === 'images' || isLanguageTask(data);
  return isOwn ? OWN_LABELS : findTask(task).labelNames.length;
}

function vocabularyOf(model: ModelConfig): number | undefined {
  const { input } = describeModel(model);
  return input.kind === 'text' ? input.vocabularySize : undefined;
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
