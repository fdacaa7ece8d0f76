import type { RawSettings } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import type { LoggedSettings } from '#shared/protocol/log-events.ts';
import { byStage, type Stage } from '#shared/protocol/stages.ts';

/** The measurements of a run, from its result or its log. */
export interface RunMeasurements {
  readonly name: string;
  readonly target: string;
  /** The settings of the run that a study also has. */
  readonly config: LoggedSettings;
  readonly featureBits: number;
  readonly labelCount: number;
  /** Maximum tokens per batch in the encoder; undefined in virtual time, where the parameters define it. */
  readonly batchTokens: number | undefined;
  readonly rounds: readonly RoundMeasurements[];
}

export interface RoundMeasurements {
  /** From 1. */
  readonly round: number;
  readonly answered: number;
  readonly criticalSeconds: Readonly<Record<string, number>>;
  readonly meanSeconds: Readonly<Record<string, number>>;
  /** Tokens of a mini-batch, padding included. */
  readonly meanTokens: number;
}

/** Seconds in each stage. */
export type SecondsByStage = Readonly<Record<Stage, number>>;

/** Time of rounds by stage. */
export interface StageSeconds {
  /** Mean over the devices that answered. This is compared, as it hardly depends on which device was last. */
  readonly mean: SecondsByStage;
  /** The critical path. Its wait for the slowest consists only of the requests for closing the round. */
  readonly critical: SecondsByStage;
}

/**
 * Number of first rounds in which functions start. The second round is included, because its planning begins
 * while the instance that committed the first one is still busy.
 */
const WARM_UP_ROUNDS = 2;

/** A run to predict: its settings in the form of a study, and the measured time of each stage. */
export interface MeasuredRun {
  readonly name: string;
  readonly target: string;
  readonly settings: RawSettings;
  /** Maximum tokens per batch in the encoder; undefined in virtual time, where the parameters define it. */
  readonly batchTokens: number | undefined;
  /** Time in each stage [s], mean over `rounds`. */
  readonly stageSeconds: StageSeconds;
  /** The rounds used, from 0. Rounds in which functions start are left out, if there are others. */
  readonly rounds: readonly number[];
}

/**
 * A run to predict, from its measurements.
 *
 * @throws ConfigError when no round was answered
 */
export function measuredRun(measurements: RunMeasurements, subject: string): MeasuredRun {
  const { name, target, config, featureBits, labelCount, batchTokens, rounds } = measurements;
  const { training, transport } = config;
  const answered = rounds.filter((round) => round.answered > 0);
  const warm = answered.filter(({ round }) => round > WARM_UP_ROUNDS);
  const shown = warm.length > 0 ? warm : answered;
  if (shown.length === 0) {
    throw new ConfigError('holds no round that was answered.', {
      subject,
      remedy: 'Name a run that has finished some rounds.',
    });
  }
  const meanTokens = shown.reduce((sum, round) => sum + round.meanTokens, 0) / shown.length;
  return {
    name,
    target,
    settings: {
      seed: config.seed,
      model: { hiddenSize: Math.round(featureBits / (training.batchSize * transport.bitsPerValue)) },
      data: {
        maxTokens: config.data.maxTokens,
        meanTokens: Math.max(1, meanTokens / training.batchSize),
        labelCount,
      },
      // Only the settings that a study also has.
      lora: { rank: config.lora.rank, targets: config.lora.targets },
      head: { hiddenSize: config.head.hiddenSize },
      training: {
        devices: training.devices,
        rounds: Math.max(...shown.map(({ round }) => round)),
        batchSize: training.batchSize,
        graceSeconds: training.graceSeconds,
      },
      transport,
      channel: config.channel,
      scheduling: config.scheduling,
    },
    batchTokens,
    stageSeconds: {
      mean: meanSplit(shown.map(({ meanSeconds }) => meanSeconds)),
      critical: meanSplit(shown.map(({ criticalSeconds }) => criticalSeconds)),
    },
    rounds: shown.map(({ round }) => round - 1),
  };
}

function meanSplit(splits: readonly Readonly<Record<string, number>>[]): SecondsByStage {
  return byStage((stage) => splits.reduce((sum, split) => sum + (split[stage] ?? 0), 0) / splits.length);
}
