import * as z from 'zod';
import { ModelError } from '../../errors.ts';
import type { ModelConfig } from '../hugging-face/model-config.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { floatTensors } from '../safetensors/stored-tensor.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import type { NamedTensors, Tensor } from '../tensor.ts';
import { requireLora } from './lora-parameters.ts';
import type { LoraSettings } from './lora-settings.ts';
import { canonicalTensors, peftKeys, peftTargets, targetsOf } from './peft-names.ts';

/** The two files of an adapter folder as PEFT saves and loads it, by file name. */
export interface PeftFiles {
  readonly 'adapter_config.json': Uint8Array;
  readonly 'adapter_model.safetensors': Uint8Array;
}

/** An adapter: what LoRA was set to, and its tensors in their fixed order. */
export interface LoraAdapter {
  readonly settings: LoraSettings;
  readonly tensors: NamedTensors;
}

/** What must hold of an adapter_config.json for its numbers to be plain LoRA; absent keys are PEFT's defaults. */
const adapterConfigSchema = z.object({
  peft_type: z.literal('LORA'),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  /** Names, or one pattern for all of them. */
  target_modules: z.union([z.array(z.string()), z.string()]),
  bias: z.literal('none').nullish(),
  fan_in_fan_out: z.literal(false).nullish(),
  use_rslora: z.literal(false).nullish(),
  use_dora: z.literal(false).nullish(),
  use_qalora: z.literal(false).nullish(),
  rank_pattern: z.strictObject({}).nullish(),
  alpha_pattern: z.strictObject({}).nullish(),
  layers_to_transform: z.null().optional(),
  modules_to_save: z.null().optional(),
});

/** PEFT's name of the class each family is loaded as when there is no task head. */
const BASE_MODEL_CLASSES: Readonly<Record<ModelConfig['family'], string>> = {
  bert: 'BertModel',
  vit: 'ViTModel',
};

/**
 * Writes an adapter in PEFT's format. Loading needs nothing else: `PeftModel.from_pretrained(BertModel..., folder)`.
 *
 * @param baseModel What `base_model_name_or_path` should say: the model's name on a hub, or its directory's name.
 */
export function writePeftAdapter(config: ModelConfig, adapter: LoraAdapter, baseModel: string): PeftFiles {
  const { rank, alpha, targets } = adapter.settings;
  const className = BASE_MODEL_CLASSES[config.family];
  const adapterConfig = {
    peft_type: 'LORA',
    base_model_name_or_path: baseModel,
    auto_mapping: {
      base_model_class: className,
      parent_library: `transformers.models.${config.family}.modeling_${config.family}`,
    },
    task_type: null,
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: peftTargets(config.family, targets),
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
    use_rslora: false,
    use_dora: false,
    modules_to_save: null,
  };
  const named = new Map(
    [...adapter.tensors].flatMap(([name, value]) =>
      peftKeys(config.family, name).map((key): [string, Tensor] => [key, value]),
    ),
  );
  return {
    'adapter_config.json': new TextEncoder().encode(`${JSON.stringify(adapterConfig, null, 2)}\n`),
    'adapter_model.safetensors': writeSafetensors(named, { format: 'pt' }),
  };
}

interface StatedSettings extends Omit<LoraSettings, 'targets'> {
  readonly targets: readonly string[] | string;
}

function readSettings(bytes: Uint8Array, subject: string): StatedSettings {
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
      remedy: 'Only plain LoRA adapters (no DoRA, bias, rank patterns or saved modules) are read.',
    });
  }
  const { r: rank, lora_alpha: alpha, target_modules: targets } = parsed.data;
  return { rank, alpha, targets };
}

/**
 * Reads an adapter that PEFT or {@link writePeftAdapter} saved for a model of this config.
 *
 * @throws {@link ModelError} naming the file, and the tensor, that does not fit; {@link ConfigError} for targets
 *   that are not supported.
 */
export function readPeftAdapter(config: ModelConfig, files: PeftFiles, folder: string): LoraAdapter {
  const stated = readSettings(files['adapter_config.json'], `${folder}/adapter_config.json`);
  const subject = `${folder}/adapter_model.safetensors`;
  const stored = floatTensors(readSafetensors(files['adapter_model.safetensors'], subject).tensors, subject);
  const tensors = canonicalTensors(config.family, stored, subject);
  const settings = { ...stated, targets: targetsOf(config.family, stated.targets, tensors) };
  return { settings, tensors: requireLora(config, settings, tensors, subject) };
}
