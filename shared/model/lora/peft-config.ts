import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import type { LoraSettings } from './settings.ts';

const off = z.literal(false).nullish();
const none = z.null().optional();
const noPattern = z.strictObject({}).nullish();

/** Starts of LoRA that leave the weights beneath it as they are; others (PiSSA, OLoRA) change them as PEFT loads the adapter. */
const PLAIN_STARTS = ['gaussian', 'orthogonal', 'eva', 'lora_ga'];

/** What must hold of an adapter_config.json for its numbers to be plain LoRA; absent keys are PEFT's defaults. */
const adapterConfigSchema = z.object({
  peft_type: z.literal('LORA'),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  /** Names, or one pattern for all of them. */
  target_modules: z.union([z.array(z.string()), z.string()]),
  /** Modules that were trained whole, by the ends of their names; some may not be in the model. */
  modules_to_save: z.array(z.string()).nullish(),
  init_lora_weights: z
    .union([z.boolean(), z.enum(PLAIN_STARTS)], {
      error: ({ input }) => `${JSON.stringify(input)} changes the weights that the adapter lies on`,
    })
    .nullish(),
  bias: z.literal('none').nullish(),
  lora_bias: off,
  fan_in_fan_out: off,
  use_rslora: off,
  use_dora: off,
  use_qalora: off,
  use_bdlora: none,
  rank_pattern: noPattern,
  alpha_pattern: noPattern,
  layers_to_transform: none,
  layer_replication: none,
  target_parameters: none,
  trainable_token_indices: none,
  alora_invocation_tokens: none,
  arrow_config: none,
  kasa_config: none,
  monteclora_config: none,
});

/** What an adapter says of itself. */
export interface StatedSettings extends Omit<LoraSettings, 'targets'> {
  readonly targets: readonly string[] | string;
  readonly savedModules: readonly string[];
}

/**
 * Reads an adapter_config.json.
 *
 * @throws {@link ModelError} naming `subject` and the first key that makes it anything but plain LoRA.
 */
export function readPeftConfig(bytes: Uint8Array, subject: string): StatedSettings {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ModelError('is not valid JSON.', { subject, remedy: 'Save the adapter again.', cause });
  }
  const parsed = adapterConfigSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ModelError(`${issue.path.join('.')}: ${issue.message}.`, {
      subject,
      remedy:
        'Only plain LoRA adapters (no PiSSA, DoRA, bias or rank patterns) are read; merge others with peft.',
    });
  }
  const { r: rank, lora_alpha: alpha, target_modules: targets, modules_to_save: saved } = parsed.data;
  return { rank, alpha, targets, savedModules: saved ?? [] };
}
