import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';
import { decodeText } from '#shared/text-file.ts';
import type { StatedTargets } from './peft-targets.ts';
import type { LoraSettings } from './settings.ts';

const off = z.literal(false).nullish();
const none = z.null().optional();

/**
 * Initialisations of LoRA, besides true and false, that do not change the base weights. Others (PiSSA, OLoRA,
 * LoRA-GA) change the base weights when the adapter is made; the changed weights cannot be recovered from the
 * adapter.
 */
const PLAIN_STARTS = ['gaussian', 'orthogonal', 'eva'];

/** Keys that do not change what a model computes with the saved tensors. */
const HARMLESS_KEYS = [
  ...['task_type', 'auto_mapping', 'base_model_name_or_path', 'revision', 'inference_mode', 'peft_version'],
  // States how weights are stored. PEFT corrects a wrong value by the class of the layer.
  'fan_in_fan_out',
  ...['lora_dropout', 'megatron_core', 'qalora_group_size', 'eva_config', 'runtime_config'],
];

/** Whether a value means that its option is off: null, false or empty. */
function isOff(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === false;
}

/** Schema of an adapter_config.json that describes LoRA. Absent keys have PEFT's defaults. */
const PLAIN_LORA = {
  peft_type: z.literal('LORA'),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  /** Names, or one pattern that matches all targets. */
  target_modules: z.union([z.array(z.string()), z.string()]),
  /** Modules that were trained in full, given by the ends of their names. The model may lack some of them. */
  modules_to_save: z.array(z.string()).nullish(),
  init_lora_weights: z
    .union([z.boolean(), z.enum(PLAIN_STARTS)], {
      error: ({ input }) =>
        `${JSON.stringify(input)} is not an initialisation that keeps the base weights unchanged ` +
        `(true, false, ${PLAIN_STARTS.join(', ')})`,
    })
    .nullish(),
  bias: z.literal('none').nullish(),
  lora_bias: off,
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  use_qalora: off,
  use_bdlora: none,
  rank_pattern: z.record(z.string(), z.int().positive()).nullish(),
  alpha_pattern: z.record(z.string(), z.number().positive()).nullish(),
  exclude_modules: z.union([z.array(z.string()), z.string()]).nullish(),
  layers_to_transform: z.union([z.int(), z.array(z.int())]).nullish(),
  layers_pattern: z.union([z.array(z.string()), z.string()]).nullish(),
  layer_replication: none,
  target_parameters: none,
  trainable_token_indices: none,
  alora_invocation_tokens: none,
  arrow_config: none,
  kasa_config: none,
  monteclora_config: none,
} as const;

const adapterConfigSchema = z.looseObject(PLAIN_LORA).superRefine((value, context) => {
  for (const [key, setting] of Object.entries(value)) {
    if (Object.hasOwn(PLAIN_LORA, key) || HARMLESS_KEYS.includes(key) || isOff(setting)) continue;
    context.addIssue({ code: 'custom', path: [key], message: 'is not known to leave plain LoRA as it is' });
  }
});

/** The settings in an adapter's config file. */
export interface StatedSettings extends Omit<LoraSettings, 'targets'>, StatedTargets {
  /** By PEFT's names of layers, or regular expressions for them. */
  readonly rankPattern: Readonly<Record<string, number>>;
  readonly alphaPattern: Readonly<Record<string, number>>;
  readonly rankStabilized: boolean;
  readonly dora: boolean;
  readonly savedModules: readonly string[];
}

/**
 * Reads an adapter_config.json.
 *
 * @throws {@link ModelError} naming `subject` and the first key whose value is not supported.
 */
export function readPeftConfig(bytes: Uint8Array, subject: string): StatedSettings {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes));
  } catch (cause) {
    throw new ModelError('is not valid JSON.', { subject, remedy: 'Save the adapter again.', cause });
  }
  const config = requireValid(
    adapterConfigSchema,
    value,
    subject,
    'Only LoRA adapters without PiSSA or trained biases are read; merge others with peft.',
  );
  const { r: rank, lora_alpha: alpha, target_modules: targets, modules_to_save: saved } = config;
  const { exclude_modules, layers_to_transform, layers_pattern } = config;
  return {
    rank,
    alpha,
    rankPattern: config.rank_pattern ?? {},
    alphaPattern: config.alpha_pattern ?? {},
    rankStabilized: config.use_rslora === true,
    dora: config.use_dora === true,
    targets,
    excluded: exclude_modules ?? [],
    layers:
      typeof layers_to_transform === 'number' ? [layers_to_transform] : (layers_to_transform ?? undefined),
    layersPattern: typeof layers_pattern === 'string' ? [layers_pattern] : (layers_pattern ?? []),
    savedModules: saved ?? [],
  };
}
