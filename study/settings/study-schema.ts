import * as z from 'zod';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { channelSettings, checkChannelDevices } from '#shared/channel/settings.ts';
import {
  devicesSetting,
  roundSettings,
  roundsSetting,
  seedSetting,
} from '#shared/config/training-settings.ts';
import { maxTokensSetting } from '#shared/data/settings.ts';
import { requestsInParallelSetting } from '#shared/model/engine/settings.ts';
import { storedConfigSchema } from '#shared/model/families/stored-config.ts';
import { headSettings } from '#shared/model/head/settings.ts';
import { loraSettings } from '#shared/model/lora/settings.ts';
import { imageSizeSetting, modelDirectorySetting } from '#shared/model/settings.ts';
import { transportSettings } from '#shared/model/transport/settings.ts';
import { deviceSettings } from '#shared/scheduling/context/device-settings.ts';
import { checkSchedulingDevices, schedulingSettings } from '#shared/scheduling/settings.ts';

const extent = z.int().positive().max(1_000_000);

/** The model; its sizes default to those of MiniLM if no directory is given. */
const model = z
  .strictObject({
    directory: modelDirectorySetting.optional(),
    imageSize: imageSizeSetting,
    hiddenSize: extent.default(384).describe('width of the encoder, if no directory is given'),
    intermediateSize: extent
      .default(1536)
      .describe('width inside its dense layers, if no directory is given'),
    vocabularySize: z
      .int()
      .positive()
      .max(10_000_000)
      .optional()
      .describe(
        "tokens of a language model's vocabulary: features then hold the states of every token, and heads are the final norm, with the output matrix if head.train is all",
      ),
    layerCount: extent.max(10_000).default(6).describe('number of its layers, if no directory is given'),
    config: storedConfigSchema
      .optional()
      .describe("the model's family and form; read from the directory, else a BERT of these sizes"),
  })
  .prefault({});

const data = z
  .strictObject({
    maxTokens: maxTokensSetting,
    meanTokens: z
      .number()
      .min(1)
      .max(1e6)
      .optional()
      .describe('mean length of a sequence as computed and stored, padding included; maxTokens by default'),
    labelCount: z
      .int()
      .min(2)
      .max(1_000_000)
      .default(2)
      .describe('number of labels, for the size of the heads'),
    shardExamples: z
      .int()
      .positive()
      .max(1_000_000_000)
      .default(500)
      .describe('number of examples of a device'),
  })
  .prefault({});

const training = z
  .strictObject({
    devices: devicesSetting(1_000_000).default(1000),
    rounds: roundsSetting.default(5),
    ...roundSettings,
  })
  .prefault({});

const server = z.strictObject({ requestsInParallel: requestsInParallelSetting });

/** All settings of one point of a study. */
export const studySchema = z
  .strictObject({
    seed: seedSetting,
    model,
    data,
    lora: z
      .strictObject({
        rank: loraSettings.shape.rank,
        targets: loraSettings.shape.targets.describe(
          'dense layers to adapt, by the names of the model or of BERT; any other name counts as all-linear',
        ),
      })
      .prefault({}),
    head: headSettings.pick({ hiddenSize: true, train: true }).prefault({}),
    training,
    transport: transportSettings,
    server: server.prefault({}),
    device: deviceSettings,
    channel: channelSettings,
    scheduling: schedulingSettings,
    cloud: cloudParameters.prefault({}),
  })
  .superRefine(({ training: { devices }, channel, scheduling }, context) => {
    // Errors inside a section are reported by the section; only valid sections are compared.
    if (context.issues.length > 0) return;
    checkChannelDevices(channel, devices, context, ['channel']);
    checkSchedulingDevices(scheduling, devices, context, ['scheduling']);
  });

export type StudySettings = z.output<typeof studySchema>;

/** Names of settings before version 2 of the study format, with their current names. */
export const RENAMED_STUDY_SETTINGS = {
  devices: 'training.devices',
  rounds: 'training.rounds',
  'model.maxTokens': 'data.maxTokens',
  'model.meanTokens': 'data.meanTokens',
  'model.loraRank': 'lora.rank',
  'model.labelCount': 'data.labelCount',
  'training.shardExamples': 'data.shardExamples',
} as const;
