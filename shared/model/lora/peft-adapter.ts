import type { ModelConfig } from '#shared/model/hugging-face/model-config.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { requireLora } from './lora-parameters.ts';
import { readPeftConfig } from './peft-config.ts';
import { canonicalTensors, headTensors, nameOfKey, peftKeys, peftTargets, targetsOf } from './peft-names.ts';
import type { LoraSettings } from './settings.ts';

/** The two files of an adapter folder as PEFT saves and loads it, by file name. */
export interface PeftFiles {
  readonly 'adapter_config.json': Uint8Array;
  readonly 'adapter_model.safetensors': Uint8Array;
}

/** An adapter: what LoRA was set to, and its tensors in their fixed order. */
export interface LoraAdapter {
  readonly settings: LoraSettings;
  readonly tensors: NamedTensors;
  /** A task's head that PEFT trained and saved beside LoRA, by the names it has in the task model; runs save none. */
  readonly savedHead?: NamedTensors;
}

/** PEFT's name of the class each family is loaded as when there is no task head. */
const BASE_MODEL_CLASSES: Readonly<Record<ModelConfig['family'], string>> = {
  bert: 'BertModel',
  vit: 'ViTModel',
};

/**
 * Writes an adapter in PEFT's format. Loading needs nothing else: `PeftModel.from_pretrained(BertModel..., folder)`, with the
 * bare model or a task model.
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

/**
 * Reads an adapter that PEFT or {@link writePeftAdapter} saved for a model of this config.
 *
 * @throws {@link ModelError} naming the file, and the tensor, that does not fit; {@link ConfigError} for targets
 *   that are not supported.
 */
export function readPeftAdapter(config: ModelConfig, files: PeftFiles, folder: string): LoraAdapter {
  const { savedModules, ...stated } = readPeftConfig(
    files['adapter_config.json'],
    `${folder}/adapter_config.json`,
  );
  const subject = `${folder}/adapter_model.safetensors`;
  const stored = floatTensors(readSafetensors(files['adapter_model.safetensors'], subject).tensors, subject);
  const savedHead = headTensors(config.family, stored, savedModules);
  const besideHead = new Map([...stored].filter(([key]) => !savedHead.has(nameOfKey(key))));
  const tensors = canonicalTensors(config.family, besideHead, subject);
  const settings = { ...stated, targets: targetsOf(config.family, stated.targets, tensors) };
  const lora = requireLora(config, settings, tensors, subject);
  return { settings, tensors: lora, ...(savedHead.size === 0 ? {} : { savedHead }) };
}
