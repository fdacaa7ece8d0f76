import * as z from 'zod';
import { channelSettings, checkChannelDevices } from '#shared/channel/settings.ts';
import { dataSettings } from '#shared/data/settings.ts';
import { serverSettings } from '#shared/model/engine/settings.ts';
import { headSettings } from '#shared/model/head/settings.ts';
import { loraSettings } from '#shared/model/lora/settings.ts';
import { modelSettings } from '#shared/model/settings.ts';
import { transportSettings } from '#shared/model/transport/settings.ts';
import { deviceSettings } from '#shared/scheduling/context/device-settings.ts';
import { checkSchedulingDevices, schedulingSettings } from '#shared/scheduling/settings.ts';

const positiveInt = z.int().positive();

const training = z
  .strictObject({
    devices: positiveInt.max(10_000).default(20).describe('number of devices'),
    rounds: positiveInt.max(100_000).default(40).describe('number of rounds'),
    batchSize: positiveInt.max(100_000).default(16).describe("examples in a device's mini-batch"),
    evaluateEvery: positiveInt
      .default(10)
      .describe('test the model after every so many rounds, and at the end'),
    graceSeconds: z
      .number()
      .positive()
      .max(1e9)
      .default(600)
      .describe('a round closes this long after its planned radio delay, with the devices that answered'),
  })
  .prefault({});

export const runConfigSchema = z
  .strictObject({
    seed: z.int().nonnegative().default(1).describe('every random draw of the run derives from it'),
    model: modelSettings,
    data: dataSettings,
    lora: loraSettings,
    server: serverSettings,
    head: headSettings,
    training,
    device: deviceSettings,
    channel: channelSettings,
    scheduling: schedulingSettings,
    transport: transportSettings,
  })
  .superRefine(({ training: { devices }, channel, scheduling }, context) => {
    checkChannelDevices(channel, devices, context, ['channel']);
    checkSchedulingDevices(scheduling, devices, context, ['scheduling']);
  });

/** Every setting of a run, complete: a setting that was left out has its default. */
export type RunConfig = z.output<typeof runConfigSchema>;
