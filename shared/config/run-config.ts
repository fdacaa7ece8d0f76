import * as z from 'zod';
import { channelSettings, checkChannelDevices } from '#shared/channel/settings.ts';
import { isLanguageTask } from '#shared/data/language-task.ts';
import { dataSettings } from '#shared/data/settings.ts';
import { doraFault } from '#shared/model/engine/require-dora.ts';
import { serverSettings } from '#shared/model/engine/settings.ts';
import { headSettings } from '#shared/model/head/settings.ts';
import { loraSettings } from '#shared/model/lora/settings.ts';
import { modelSettings } from '#shared/model/settings.ts';
import { transportSettings } from '#shared/model/transport/settings.ts';
import { deviceSettings } from '#shared/scheduling/context/device-settings.ts';
import { checkSchedulingDevices, schedulingSettings } from '#shared/scheduling/settings.ts';
import { metricsFor, TEST_METRIC_NAMES, targetFault } from './test-metrics.ts';
import { devicesSetting, roundSettings, roundsSetting, seedSetting } from './training-settings.ts';

const testMetric = z.enum(TEST_METRIC_NAMES);

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
    stopAt: z
      .strictObject({
        metric: testMetric.describe('figure of the test that ends the run'),
        value: z.number().describe('the run ends with the first test that is at least this good'),
      })
      .optional(),
    bestBy: testMetric
      .optional()
      .describe(
        'figure of the tests by which best/ is chosen; if not given that of stopAt, else accuracy, squaredError or perplexity',
      ),
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
  .superRefine(
    ({ training: { devices, stopAt, bestBy }, data, lora, server, channel, scheduling }, context) => {
      // Errors in a part are reported by its own schema; this check needs valid parts.
      if (context.issues.length > 0) return;
      checkChannelDevices(channel, devices, context, ['channel']);
      checkSchedulingDevices(scheduling, devices, context, ['scheduling']);
      const dora = doraFault(server.precision, lora);
      if (dora !== undefined) {
        context.addIssue({ code: 'custom', message: dora, path: ['lora', 'dora'], input: lora.dora });
      }
      const predicted = data.columns?.score === undefined ? 'classes' : 'scores';
      const metrics = metricsFor(isLanguageTask(data) ? 'tokens' : predicted);
      const named = [
        [stopAt?.metric, ['training', 'stopAt', 'metric']],
        [bestBy, ['training', 'bestBy']],
      ] as const;
      for (const [metric, path] of named) {
        if (metric === undefined || metrics.includes(metric)) continue;
        const message = `must be one of ${metrics.join(', ')} for this task`;
        context.addIssue({ code: 'custom', message, path: [...path], input: metric });
      }
      const target = stopAt === undefined ? undefined : targetFault(stopAt.metric, stopAt.value);
      if (target !== undefined) {
        const path = ['training', 'stopAt', 'value'];
        context.addIssue({ code: 'custom', message: target, path, input: stopAt?.value });
      }
    },
  );

/** All settings of a run. A setting that was left out has its default. */
export type RunConfig = z.output<typeof runConfigSchema>;
