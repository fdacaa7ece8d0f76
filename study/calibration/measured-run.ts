import { z } from 'zod';
import { byStage } from '../../emulator/latency/stages.ts';
import { parseStrict } from '../../shared/config/parse-strict.ts';
import { ConfigError } from '../../shared/errors.ts';
import { STAGES, type Stage } from '../../shared/protocol/stages.ts';
import type { RawSettings } from '../settings/parse-study.ts';

const group = z.record(z.string(), z.unknown());
const splitSchema = z.record(z.string(), z.number());

/** The part of a run's result.json that says what was run and how long it took. */
const resultSchema = z.object({
  format: z.literal('airtune-result'),
  version: z.literal(1),
  run: z.string(),
  target: z.string(),
  virtualTime: z.boolean(),
  fillTokens: z.int(),
  config: z.object({
    seed: z.int(),
    data: z.object({ maxTokens: z.int() }),
    lora: z.object({ rank: z.int() }),
    training: z.object({
      devices: z.int(),
      rounds: z.int(),
      batchSize: z.int(),
      graceSeconds: z.number(),
    }),
    transport: z.object({ bitsPerValue: z.int(), inlineBytes: z.int() }),
    channel: group,
    scheduling: group,
  }),
  payloadBits: z.object({ features: z.int() }),
  labelNames: z.array(z.string()),
  rounds: z.array(
    z.object({
      round: z.int(),
      answered: z.array(z.int()),
      timeSplitSeconds: splitSchema,
      meanTimeSplitSeconds: splitSchema,
      meanTokens: z.number(),
    }),
  ),
});

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
 * Reads a run's result.json.
 *
 * @throws ConfigError when it is none, or when no round was answered
 */
export function parseMeasuredRun(value: unknown, subject: string): MeasuredRun {
  const result = parseStrict(resultSchema, value, subject);
  const { run, target, config, payloadBits, labelNames, rounds } = result;
  const { training, transport } = config;
  const answered = rounds.filter((round) => round.answered.length > 0);
  const warm = answered.filter(({ round }) => round > WARM_UP_ROUNDS);
  const shown = warm.length > 0 ? warm : answered;
  const meanTokens = shown.reduce((sum, round) => sum + round.meanTokens, 0) / shown.length;
  if (shown.length === 0) {
    throw new ConfigError('holds no round that was answered.', {
      subject,
      remedy: 'Name a run that has finished some rounds.',
    });
  }
  return {
    name: run,
    target,
    settings: {
      seed: config.seed,
      devices: training.devices,
      rounds: Math.max(...shown.map(({ round }) => round)),
      model: {
        hiddenSize: Math.round(payloadBits.features / (training.batchSize * transport.bitsPerValue)),
        maxTokens: config.data.maxTokens,
        meanTokens: Math.max(1, meanTokens / training.batchSize),
        loraRank: config.lora.rank,
        labelCount: labelNames.length,
      },
      training: { batchSize: training.batchSize, graceSeconds: training.graceSeconds },
      transport,
      channel: config.channel,
      scheduling: config.scheduling,
    },
    batchTokens: result.virtualTime ? undefined : Math.max(1, result.fillTokens),
    stageSeconds: {
      mean: meanSplit(shown.map(({ meanTimeSplitSeconds }) => meanTimeSplitSeconds)),
      critical: meanSplit(shown.map(({ timeSplitSeconds }) => timeSplitSeconds)),
    },
    rounds: shown.map(({ round }) => round - 1),
  };
}

function meanSplit(splits: readonly Readonly<Record<string, number>>[]): SecondsByStage {
  return byStage(
    (stage) => splits.reduce((sum, split) => sum + (split[STAGES[stage]] ?? 0), 0) / splits.length,
  );
}
