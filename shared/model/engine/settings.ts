import * as z from 'zod';
import { clipNormSetting } from '#shared/model/optimizer/clip-gradients.ts';
import { scheduleSettings } from '#shared/model/optimizer/schedule.ts';
import { optimizerSettings } from '#shared/model/optimizer/settings.ts';
import { ONNX_PROVIDERS } from './onnx/spec/onnx-providers.ts';

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
    optimizer: optimizerSettings,
    schedule: scheduleSettings,
    clipNorm: clipNormSetting('the averaged LoRA gradient'),
    engine: z
      .enum(['auto', 'onnx', 'tfjs'])
      .default('auto')
      .describe('what runs the encoder; auto takes the fastest that loads'),
    provider: z
      .enum(['auto', ...ONNX_PROVIDERS])
      .default('auto')
      .describe('what executes the onnx engine; auto takes CUDA where it is there, else the processor'),
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
  .prefault({});
