import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { familyOf } from '#shared/model/families/registry.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import { adaptableModules, loraModules } from './lora-modules.ts';
import { loraAName, loraBName, requireLora } from './lora-parameters.ts';
import { readPeftConfig } from './peft-config.ts';
import {
  canonicalTensors,
  headTensors,
  moduleNames,
  nameOfKey,
  peftKeys,
  peftTargets,
} from './peft-names.ts';
import { isTargeted, type StatedTargets } from './peft-targets.ts';
import { LORA_TARGETS, type LoraSettings } from './settings.ts';

/** The two files of an adapter folder as PEFT saves and loads it, by file name. */
export interface PeftFiles {
  readonly 'adapter_config.json': Uint8Array;
  readonly 'adapter_model.safetensors': Uint8Array;
}

/** An adapter: the LoRA settings, and the LoRA tensors in their fixed order. */
export interface LoraAdapter {
  readonly settings: LoraSettings;
  readonly tensors: NamedTensors;
  /** A task head that PEFT trained and saved with LoRA, under its names in the task model. Runs save none. */
  readonly savedHead?: NamedTensors;
}

/**
 * Writes an adapter in PEFT's format. It loads with `PeftModel.from_pretrained(BertModel..., folder)`, for
 * the bare model or a task model.
 *
 * @param baseModel Value of `base_model_name_or_path`: the model's name on a hub, or its directory's name.
 */
export function writePeftAdapter(config: ModelConfig, adapter: LoraAdapter, baseModel: string): PeftFiles {
  const { rank, alpha, targets } = adapter.settings;
  const family = familyOf(config);
  const adapterConfig = {
    peft_type: 'LORA',
    base_model_name_or_path: baseModel,
    auto_mapping: {
      base_model_class: family.peft.baseModelClass,
      parent_library: family.peft.library,
    },
    task_type: null,
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: peftTargets(family, targets),
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
    use_rslora: false,
    use_dora: false,
    modules_to_save: null,
  };
  const named = new Map(
    [...adapter.tensors].flatMap(([name, value]) =>
      peftKeys(family, name).map((key): [string, Tensor] => [key, value]),
    ),
  );
  return {
    'adapter_config.json': new TextEncoder().encode(`${JSON.stringify(adapterConfig, null, 2)}\n`),
    'adapter_model.safetensors': writeSafetensors(named, { format: 'pt' }),
  };
}

/**
 * Reads an adapter that PEFT or {@link writePeftAdapter} saved for a model of this config. An adapter on only
 * some encoder layers becomes one on all of them: the missing pairs are zero and add nothing.
 *
 * @throws {@link ModelError} naming the file and the layer or tensor that does not fit or is not supported.
 */
export function readPeftAdapter(config: ModelConfig, files: PeftFiles, folder: string): LoraAdapter {
  const family = familyOf(config);
  const stated = readPeftConfig(files['adapter_config.json'], `${folder}/adapter_config.json`);
  const { rank, alpha, savedModules } = stated;
  const subject = `${folder}/adapter_model.safetensors`;
  const stored = floatTensors(readSafetensors(files['adapter_model.safetensors'], subject).tensors, subject);
  const savedHead = headTensors(family, stored, savedModules);
  const besideHead = new Map([...stored].filter(([key]) => !savedHead.has(nameOfKey(key))));
  const tensors = canonicalTensors(family, besideHead, subject);
  requireAdaptable(config, tensors, subject);
  const targets = targetsOf(config, stated, tensors, subject);
  const settings = { rank, alpha, targets };
  const lora = requireLora(config, settings, withZeroPairs(config, settings, tensors), subject);
  return { settings, tensors: lora, ...(savedHead.size === 0 ? {} : { savedHead }) };
}

/** Checks that every tensor belongs to a LoRA pair on a layer that LoRA can be added to. */
function requireAdaptable(config: ModelConfig, tensors: NamedTensors, subject: string): void {
  const pairs = new Set(adaptableModules(config).flatMap(({ name }) => [loraAName(name), loraBName(name)]));
  for (const name of tensors.keys()) {
    if (pairs.has(name)) continue;
    const adapted = /^(.*)\.lora_(?:A|B|embedding_A|embedding_B)(?:\.weight)?$/.exec(name)?.[1];
    const fault =
      adapted === undefined
        ? `tensor ${name} is not one of this model's LoRA tensors`
        : `adapts ${adapted}, which is not supported`;
    throw new ModelError(`${fault}.`, {
      subject,
      remedy: `LoRA is read on ${LORA_TARGETS.join(', ')}; merge other adapters with peft.`,
    });
  }
}

/**
 * Targets of the given tensors, in the order of the adapter's config.
 *
 * @throws {@link ModelError} for a layer that the config names but that has no tensors, or for a layer with
 *   tensors that the config does not name.
 */
function targetsOf(
  config: ModelConfig,
  stated: StatedTargets,
  tensors: NamedTensors,
  subject: string,
): readonly string[] {
  const family = familyOf(config);
  const modules = adaptableModules(config);
  const named = (ask: StatedTargets) =>
    modules.filter(({ name }) => moduleNames(family, name).some((alias) => isTargeted(ask, alias)));
  const present = modules.filter(({ name }) => tensors.has(loraAName(name)) || tensors.has(loraBName(name)));
  const expected = named(stated);
  const absent = expected.find((module) => !present.includes(module));
  if (absent !== undefined) {
    throw new ModelError(`tensor ${loraAName(absent.name)} is missing, which the config names a target.`, {
      subject,
      remedy: 'Save the adapter again.',
    });
  }
  // A pattern that JavaScript cannot parse matches no layer; then the tensors alone decide.
  const unnamed = present.find((module) => !expected.includes(module));
  if (unnamed !== undefined && (expected.length > 0 || typeof stated.targets !== 'string')) {
    throw new ModelError(`holds LoRA of ${unnamed.name}, which the config does not name a target.`, {
      subject,
      remedy: 'Save the adapter again.',
    });
  }
  const inOrder =
    typeof stated.targets === 'string'
      ? present
      : stated.targets.flatMap((target) => named({ ...stated, targets: [target] }));
  return [...new Set([...inOrder, ...present].map(({ target }) => target))];
}

/**
 * The given tensors, plus zero tensors for the pairs that the settings require and that are missing
 * completely.
 */
function withZeroPairs(config: ModelConfig, settings: LoraSettings, tensors: NamedTensors): NamedTensors {
  const absent = loraModules(config, settings).filter(
    ({ name }) => !tensors.has(loraAName(name)) && !tensors.has(loraBName(name)),
  );
  const pairs = absent.flatMap(({ name, inputs, outputs }): [string, Tensor][] => [
    [loraAName(name), zeros([settings.rank, inputs])],
    [loraBName(name), zeros([outputs, settings.rank])],
  ]);
  return new Map([...tensors, ...pairs]);
}
