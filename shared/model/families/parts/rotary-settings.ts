import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';

const base = z.number().positive();

/**
 * Rotary positions without scaling, over the whole width of a head, as a config.json of transformers 5 states
 * them.
 */
const rotaryParameters = z.looseObject({
  rope_type: z.literal('default').default('default'),
  rope_theta: base.nullish(),
  partial_rotary_factor: z.literal(1).nullish(),
});

/** Keys of a config.json with rotary positions, of transformers 5 or 4. */
export const ROTARY_KEYS = {
  rope_parameters: rotaryParameters.nullish(),
  rope_theta: base.nullish(),
  rope_scaling: z.null({ error: 'scaling of rotary positions is not supported' }).optional(),
  partial_rotary_factor: z.literal(1).nullish(),
} as const;

const rotaryKeys = z.object(ROTARY_KEYS);

/** Base of the wavelengths of rotary positions, from the key that states it; `usual` if none does. */
export function rotaryBase(raw: z.output<typeof rotaryKeys>, usual: number): number {
  return raw.rope_parameters?.rope_theta ?? raw.rope_theta ?? usual;
}

/**
 * Schema of the rotary positions of one kind of layer, where full and local layers have separate settings.
 */
export const rotaryOfLayers = rotaryParameters.nullish();

/** Throws a {@link ModelError} for an odd head width, because rotary positions rotate pairs of values. */
export function requireEvenHeads(headWidth: number, subject: string): void {
  if (headWidth % 2 === 0 || !Number.isInteger(headWidth)) return;
  throw new ModelError(`head_dim ${headWidth} is odd; rotary positions need pairs of values.`, {
    subject,
    remedy: 'Correct the file.',
  });
}
