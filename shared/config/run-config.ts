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
import { devicesSetting, roundSettings, roundsSetting, seedSetting } from './training-settings.ts';

const training = z
  .strictObject({
    devices: devicesSetting(10_000).default(20),
    rounds: roundsSetting.default(40),
    ...roundSettings,
    evaluateEvery: z
      .int()
      .positive()
      .default(10)
      .describe('test the model after every so many rounds, and at the end'),
  })
  .prefault({});

export const runConfigSchema = z
  .strictObject({
    seed: seedSetting,
    model: modelSettings,
    data: dataSettings,
    lora: loraSettings.prefault({}),
    server: serverSettings,
    head: headSettings.prefault({}),
    training,
    device: deviceSettings,
    channel: channelSettings,
    scheduling: schedulingSettings,
    transport: transportSettings,
  })
  .superRefine(({ training: { devices }, channel, scheduling }, context) => {
    // Errors in a part are reported by its own schema; this check needs valid parts.
    if (context.issues.length > 0) return;
    checkChannelDevices(channel, devices, context, ['channel']);
    checkSchedulingDevices(scheduling, devices, context, ['scheduling']);
  });

/** All settings of a run. A setting that was left out has its default. */
export type RunConfig = z.output<typeof runConfigSchema>;
