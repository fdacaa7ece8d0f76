import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { describeModel, familyOf } from '#shared/model/families/registry.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { adaptableModules, type LoraModule, modulesByTarget } from './lora-modules.ts';
import type { LoraAdapter, PeftFiles } from './peft-adapter.ts';
import { headKey, peftKeys, peftTargets, taskKey } from './peft-names.ts';

/**
 * Writes an adapter in PEFT's format. It loads with `PeftModel.from_pretrained(BertModel..., folder)`, for
 * the bare model or a task model. An adapter with a saved norm is for a language model
 * (`AutoModelForCausalLM`); PEFT replaces that model's final norm with the saved one, and modules of a saved
 * head likewise. A saved output matrix is one of its own even if the model ties it to the word embeddings.
 *
 * @param baseModel Value of `base_model_name_or_path`: the model's name on a hub, or its directory's name.
 */
export function writePeftAdapter(
  config: ModelConfig,
  adapter: LoraAdapter,
  baseModel: string,
  task: 'features' | 'language' = 'features',
): PeftFiles {
  const { rank, alpha, rankStabilized = false, dora = false } = adapter.settings;
  const family = familyOf(config);
  const all = adaptableModules(config).map(({ name }) => name);
  const namesOf = (modules: readonly LoraModule[]) =>
    peftTargets(
      family,
      modules.map(({ name }) => name),
      all,
    );
  const modules = modulesByTarget(config, adapter.settings);
  const adapterConfig = {
    peft_type: 'LORA',
    base_model_name_or_path: baseModel,
    auto_mapping: {
      base_model_class: task === 'language' ? family.languageModel?.className : family.peft.baseModelClass,
      parent_library: family.peft.library,
    },
    task_type: task === 'language' ? 'CAUSAL_LM' : null,
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: namesOf(modules),
    bias: 'none',
    fan_in_fan_out: family.checkpoint.transposed !== undefined,
    init_lora_weights: true,
    use_rslora: rankStabilized,
    use_dora: dora,
    modules_to_save: savedModules(config, adapter),
    ...patternOf('rank_pattern', modules, rank, (module) => module.rank, namesOf),
    ...patternOf('alpha_pattern', modules, alpha, (module) => module.alpha, namesOf),
  };
  const named = new Map([
    ...[...adapter.tensors].flatMap(([name, value]) =>
      peftKeys(family, name).map((key): [string, Tensor] => [key, value]),
    ),
    ...[...(adapter.savedNorm ?? [])].map(([name, value]): [string, Tensor] => [
      taskKey(family, name),
      value,
    ]),
    ...[...(adapter.savedHead ?? [])].map(([name, value]): [string, Tensor] => [headKey(name), value]),
  ]);
  return {
    'adapter_config.json': new TextEncoder().encode(`${JSON.stringify(adapterConfig, null, 2)}\n`),
    'adapter_model.safetensors': writeSafetensors(named, { format: 'pt' }),
  };
}

/** Modules of the task model that are saved in full; null if there are none. */
function savedModules(config: ModelConfig, { savedNorm, savedHead }: LoraAdapter): readonly string[] | null {
  const norm = savedNorm === undefined ? [] : [normModule(config)];
  const head = [...(savedHead ?? new Map()).keys()].map((name) => name.replace(/\.[^.]*$/, ''));
  const modules = [...norm, ...new Set(head)];
  return modules.length === 0 ? null : modules;
}

/** Name of the final norm in the family's language model. */
function normModule(config: ModelConfig): string {
  return `${familyOf(config).checkpoint.prefix}${describeModel(config).layout.finalNorm}`;
}

/**
 * Entry of adapter_config.json for a setting that differs between layers: the values other than `usual`, by
 * the names of their layers. Empty if no layer differs.
 */
function patternOf(
  key: string,
  modules: readonly LoraModule[],
  usual: number,
  settingOf: (module: LoraModule) => number,
  namesOf: (modules: readonly LoraModule[]) => readonly string[],
): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const values = [...new Set(modules.map(settingOf))].filter((value) => value !== usual);
  if (values.length === 0) return {};
  const entries = values.flatMap((value) =>
    namesOf(modules.filter((module) => settingOf(module) === value)).map((name) => [name, value] as const),
  );
  return { [key]: Object.fromEntries(entries) };
}
