import * as z from 'zod';
import { moduleReference } from '#shared/plugins/plugin-reference-schema.ts';

const kind = "the server's update rule on the averaged LoRA gradient";
const fraction = z.number().min(0).lt(1);

/**
 * Update rule of the parameters from the averaged gradient: the paper's rule (SGD), or AdamW, which is in
 * common use.
 */
const builtIn = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('adamw').describe(kind),
    learningRate: z.number().positive().default(2e-3).describe('step size of LoRA'),
    beta1: fraction.default(0.9).describe('decay of the first moment'),
    beta2: fraction.default(0.999).describe('decay of the second moment'),
    epsilon: z.number().positive().default(1e-8).describe('added to the root of the second moment'),
    weightDecay: z.number().nonnegative().default(0).describe('decoupled weight decay'),
  }),
  z.strictObject({
    kind: z.literal('sgd').describe(kind),
    learningRate: z.number().positive().default(0.1).describe('step size of LoRA'),
  }),
]);

/** Update rule of the LoRA parameters: a built-in one, or the module of an optimiser plug-in. */
export const optimizerSetting = z
  .union([
    builtIn,
    moduleReference.describe('an optimiser of your own in place of a kind: a .ts or .js file, a package'),
  ])
  .prefault({ kind: 'adamw' });

export type OptimizerSettings = z.output<typeof builtIn>;

/** An optimiser as settings name it. */
export type OptimizerChoice = z.output<typeof optimizerSetting>;
