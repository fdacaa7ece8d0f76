import * as z from 'zod';
import { clipNormSetting } from '#shared/model/optimizer/clip-gradients.ts';
import { scheduleSettings } from '#shared/model/optimizer/schedule.ts';

/** The devices' heads (task modules) and their training. */
export const headSettings = z.strictObject({
  learningRate: z.number().positive().default(0.2).describe("step size of the devices' heads (plain SGD)"),
  hiddenSize: z
    .int()
    .nonnegative()
    .max(65_536)
    .default(0)
    .describe('width of a hidden layer, 0 for a linear head'),
  train: z
    .enum(['norm', 'all', 'none'])
    .default('norm')
    .describe(
      "what devices train of a language model's head: its final norm, all of it (also the output matrix, of which " +
        'each device then has its own copy: 0.54 GB for 150,000 tokens and a width of 896), or nothing. ' +
        'Other tasks train the whole head',
    ),
  schedule: scheduleSettings,
  clipNorm: clipNormSetting("the gradient of a device's head"),
});
