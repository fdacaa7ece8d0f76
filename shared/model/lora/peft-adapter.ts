import { z } from 'zod';
import { ModelError } from '../../errors.ts';
import { canonicalName } from '../hugging-face/checkpoint-names.ts';
import type { ModelConfig } from '../hugging-face/model-config.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { floatTensors } from '../safetensors/stored-tensor.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import type { NamedTensors } from '../tensor.ts';
import { requireLora } from './lora-parameters.ts';
import type { LoraSettings } from './lora-settings.ts';

const PEFT_PREFIX = 'base_model.model.';

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
  target_modules: z.union([z.array(z.string()), z.string().transform((name) => [name])]),
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
    target_modules: targets,
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
    use_rslora: false,
    use_dora: false,
    modules_to_save: null,
  };
  const named = new Map([...adapter.tensors].map(([name, value]) => [`${PEFT_PREFIX}${name}`, value]));
  return {
    'adapter_config.json': new TextEncoder().encode(`${JSON.stringify(adapterConfig, null, 2)}\n`),
    'adapter_model.safetensors': writeSafetensors(named, { format: 'pt' }),
  };
}

function readSettings(bytes: Uint8Array, subject: string): LoraSettings {
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

/** What transformers 5 calls ViT's projections. */
const TARGET_NAMES: Readonly<Record<string, string>> = { q_proj: 'query', k_proj: 'key', v_proj: 'value' };

/** The targets under the names they have here. */
function canonicalTargets(family: ModelConfig['family'], targets: readonly string[]): readonly string[] {
  return family === 'vit' ? targets.map((target) => TARGET_NAMES[target] ?? target) : targets;
}

/** A tensor's canonical name: PEFT's key without its prefix, nor that of the task model it may have been trained on. */
function bareName(family: ModelConfig['family'], key: string): string {
  const name = key.startsWith(PEFT_PREFIX) ? key.slice(PEFT_PREFIX.length) : key;
  return canonicalName(family, name) ?? name;
}

/**
 * Reads an adapter that PEFT or {@link writePeftAdapter} saved for a model of this config.
 *
 * @throws {@link ModelError} naming the file, and the tensor, that does not fit; {@link ConfigError} for targets
 *   that are not supported.
 */
export function readPeftAdapter(config: ModelConfig, files: PeftFiles, folder: string): LoraAdapter {
  const stated = readSettings(files['adapter_config.json'], `${folder}/adapter_config.json`);
  const settings = { ...stated, targets: canonicalTargets(config.family, stated.targets) };
  const subject = `${folder}/adapter_model.safetensors`;
  const stored = floatTensors(readSafetensors(files['adapter_model.safetensors'], subject).tensors, subject);
  const tensors = new Map([...stored].map(([key, value]) => [bareName(config.family, key), value]));
  return { settings, tensors: requireLora(config, settings, tensors, subject) };
}
