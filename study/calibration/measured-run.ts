import { z } from 'zod';
import { byStage } from '../../emulator/latency/stages.ts';
import { parseStrict } from '../../shared/config/parse-strict.ts';
import { ConfigError } from '../../shared/errors.ts';
import { STAGES, type Stage } from '../../shared/protocol/stages.ts';
import type { RawSettings } from '../settings/parse-study.ts';

const group = z.record(z.string(), z.unknown());

/** The part of a run's result.json that says what was run and how long it took. */
const resultSchema = z.object({
  format: z.literal('airtune-result'),
  version: z.literal(1),
  run: z.string(),
  target: z.string(),
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
      timeSplitSeconds: z.record(z.string(), z.number()),
    }),
  ),
});

/** A run as something to be predicted: its settings as a study has them, and what each stage took. */
export interface MeasuredRun {
  readonly name: string;
  readonly target: string;
  readonly settings: RawSettings;
  /** The critical path's seconds in each stage, mean over the rounds that are looked at. */
  readonly stageSeconds: Readonly<Record<Stage, number>>;
  /** Those rounds, from 0: of a run on a fresh machine the first is left out, in which everything starts. */
  readonly rounds: readonly number[];
}

/**
 * Reads a run's result.json.
 *
 * @throws ConfigError when it is none, or when no round was answered
 */
export function parseMeasuredRun(value: unknown, subject: string): MeasuredRun {
  const { run, target, config, payloadBits, labelNames, rounds } = parseStrict(resultSchema, value, subject);
  const { training, transport } = config;
  const answered = rounds.filter((round) => round.answered.length > 0);
  const shown = answered.length > 1 ? answered.filter(({ round }) => round > 1) : answered;
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
        loraRank: config.lora.rank,
        labelCount: labelNames.length,
      },
      training: { batchSize: training.batchSize, graceSeconds: training.graceSeconds },
      transport,
      channel: config.channel,
      scheduling: config.scheduling,
    },
    stageSeconds: byStage(
      (stage) =>
        shown.reduce((sum, { timeSplitSeconds }) => sum + (timeSplitSeconds[STAGES[stage]] ?? 0), 0) /
        shown.length,
    ),
    rounds: shown.map(({ round }) => round - 1),
  };
}
