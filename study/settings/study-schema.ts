import * as z from 'zod';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { channelSettings } from '#shared/channel/settings.ts';
import { requestsInParallelSetting } from '#shared/model/engine/settings.ts';
import { deviceSettings } from '#shared/scheduling/context/device-settings.ts';
import { schedulingSettings } from '#shared/scheduling/settings.ts';

const positiveInt = z.int().positive();

const model = z.strictObject({
  hiddenSize: positiveInt.default(384).describe('width of the encoder'),
  intermediateSize: positiveInt.default(1536).describe('width inside its dense layers'),
  layerCount: positiveInt.default(6).describe('number of its layers'),
  maxTokens: positiveInt.default(64).describe('length that payloads on the radio are sized for'),
  meanTokens: z
    .number()
    .min(1)
    .optional()
    .describe(
      'mean length of a sequence as it is computed and stored, padding included; maxTokens where left out',
    ),
  loraRank: positiveInt.default(8).describe('LoRA rank r, on query, key, value and the pooler'),
  labelCount: z.int().min(2).default(2).describe('labels of the task, for the size of the heads'),
});

const training = z.strictObject({
  batchSize: positiveInt.default(16).describe("examples in a device's mini-batch"),
  shardExamples: positiveInt.default(500).describe('examples that a device holds'),
  graceSeconds: z
    .number()
    .positive()
    .default(600)
    .describe('a round closes this long after its planned radio delay, with the devices that answered'),
});

const transport = z.strictObject({
  bitsPerValue: z
    .union([z.literal(8), z.literal(16), z.literal(32)])
    .default(32)
    .describe('width of a transmitted value'),
  inlineBytes: z
    .int()
    .nonnegative()
    .max(500_000)
    .default(65_536)
    .describe('features and gradients up to this size ride inside the message'),
});

const server = z.strictObject({ requestsInParallel: requestsInParallelSetting });

/** Everything that one point of a study is made of. */
export const studySchema = z.strictObject({
  seed: z
    .int()
    .nonnegative()
    .default(1)
    .describe('every random draw derives from it; repeats count up from it'),
  devices: positiveInt.max(1_000_000).default(1000).describe('number of devices'),
  rounds: positiveInt.max(100_000).default(5).describe('number of rounds'),
  model: model.prefault({}),
  training: training.prefault({}),
  transport: transport.prefault({}),
  device: deviceSettings,
  server: server.prefault({}),
  channel: channelSettings,
  scheduling: schedulingSettings,
  cloud: cloudParameters.prefault({}),
});

export type StudySettings = z.output<typeof studySchema>;
