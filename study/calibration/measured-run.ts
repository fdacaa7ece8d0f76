import { byStage } from '#emulator/latency/stages.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import type { LoggedSettings } from '#shared/protocol/log-events.ts';
import { STAGES, type Stage } from '#shared/protocol/stages.ts';

/** What is read of a measured run, wherever it was written down. */
export interface RunMeasurements {
  readonly name: string;
  readonly target: string;
  /** Settings of the run that a study has too. */
  readonly config: LoggedSettings;
  readonly featureBits: number;
  readonly labelCount: number;
  /** Tokens that ran as one batch in the encoder at most; undefined in virtual time, where the parameters say it. */
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

/** Where the time of rounds went. */
export interface StageSeconds {
  /** Mean over the devices that answered: what is compared, for it hardly depends on which device was the last. */
  readonly mean: SecondsByStage;
  /** The critical path: its wait for the slowest is none but the closing's own requests. */
  readonly critical: SecondsByStage;
}

/**
 * Rounds in which functions start: the second one too, since its planning begins while the instance that committed the
 * first is still at work.
 */
const WARM_UP_ROUNDS = 2;

/** A run as something to be predicted: its settings as a study has them, and what each stage took. */
export interface MeasuredRun {
  readonly name: string;
  readonly target: string;
  readonly settings: RawSettings;
  /** Tokens that ran as one batch in the encoder at most; undefined in virtual time, where the parameters say it. */
  readonly batchTokens: number | undefined;
  /** Seconds in each stage, mean over the rounds that are looked at. */
  readonly stageSeconds: StageSeconds;
  /** Those rounds, from 0: those in which everything starts are left out, where there are others. */
  readonly rounds: readonly number[];
}

/**
 * A run to be predicted, from what was measured of it.
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
      // Of each part, the settings that a study has too.
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
  return byStage(
    (stage) => splits.reduce((sum, split) => sum + (split[STAGES[stage]] ?? 0), 0) / splits.length,
  );
}
