import * as z from 'zod';
import { clipNormSetting } from '#shared/model/optimizer/clip-gradients.ts';
import { scheduleSettings } from '#shared/model/optimizer/schedule.ts';
import { optimizerSetting } from '#shared/model/optimizer/settings.ts';
import { DEFAULT_TIMEOUT_SECONDS, timeoutSetting } from '#shared/plugins/named-plugin.ts';
import { pluginSettings } from '#shared/plugins/plugin-record.ts';
import { ENGINE_CHOICES } from './engine-choices.ts';
import { PRECISIONS } from './precision.ts';
import { PROVIDERS } from './providers.ts';

/**
 * Number of object store requests that the encoder keeps in flight while it reads or writes for many devices.
 */
export const requestsInParallelSetting = z
  .int()
  .min(1)
  .max(256)
  .default(32)
  .describe(
    'requests to the object store that the encoder keeps in flight, and LoRA gradients in memory, as it closes a round',
  );

/** The encoder: its engine, and the server's update rule. */
export const serverSettings = z
  .strictObject({
    optimizer: optimizerSetting,
    optimizerSettings: pluginSettings
      .optional()
      .describe('the settings of an optimiser of your own, as its schema says'),
    optimizerTimeoutSeconds: timeoutSetting
      .optional()
      .describe(
        `time limit of an optimiser of your own for each round; ${DEFAULT_TIMEOUT_SECONDS} where left out`,
      ),
    schedule: scheduleSettings,
    clipNorm: clipNormSetting('the averaged LoRA gradient'),
    engine: z
      .enum(ENGINE_CHOICES)
      .default('auto')
      .describe('what runs the encoder; auto takes the fastest that loads without Python'),
    provider: z
      .enum(['auto', ...PROVIDERS])
      .default('auto')
      .describe('what the engine computes on; auto takes CUDA where it is there, else the processor'),
    precision: z
      .enum(PRECISIONS)
      .default('float32')
      .describe('number format of frozen weights and activations; all but float32 need the torch engine'),
    python: z
      .string()
      .min(1)
      .optional()
      .describe('interpreter of the torch engine; AIRTUNE_PYTHON, else python3, by default'),
    deterministic: z
      .boolean()
      .default(true)
      .describe(
        'the same bits for any batching; false lets a graphics card run waiting mini-batches of several devices as one',
      ),
    activationBudgetMiB: z
      .number()
      .positive()
      .default(1024)
      .describe(
        'activations that an encoder keeps between forward and backward pass, beyond which they are computed again',
      ),
    requestsInParallel: requestsInParallelSetting,
  })
  .superRefine(({ optimizer, optimizerSettings }, context) => {
    if (typeof optimizer === 'string' || optimizerSettings === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['optimizerSettings'],
      message: `is for an optimiser of your own; ${optimizer.kind} has its settings in server.optimizer itself: leave this out`,
    });
  })
  .prefault({});
