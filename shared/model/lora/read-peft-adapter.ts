import { ModelError } from '#shared/errors.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { familyOf } from '#shared/model/families/registry.ts';
import { finalNormForm } from '#shared/model/language/final-norm.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { type NamedTensors, requireShape } from '#shared/model/tensor.ts';
import { endNames } from './end-names.ts';
import { type AdaptableModule, adaptableModules } from './lora-modules.ts';
import { loraAName, loraBName, loraMagnitudeName, requireLora } from './lora-parameters.ts';
import { NamePatterns } from './name-patterns.ts';
import type { LoraAdapter, PeftFiles } from './peft-adapter.ts';
import { readPeftConfig, type StatedSettings } from './peft-config.ts';
import { canonicalTensors, headTensors, nameOfKey } from './peft-names.ts';
import { isTargeted, type StatedTargets } from './peft-targets.ts';
import type { LoraSettings } from './settings.ts';

/**
 * Reads an adapter that PEFT or `writePeftAdapter` saved for a model of this config.
 *
 * @throws {@link ModelError} naming the file and the layer or tensor that does not fit or is not supported.
 */
export function readPeftAdapter(config: ModelConfig, files: PeftFiles, folder: string): LoraAdapter {
  const family = familyOf(config);
  const configSubject = `${folder}/adapter_config.json`;
  const stated = readPeftConfig(files['adapter_config.json'], configSubject);
  const subject = `${folder}/adapter_model.safetensors`;
  const stored = floatTensors(readSafetensors(files['adapter_model.safetensors'], subject).tensors, subject);
  const savedHead = headTensors(family, stored, stated.savedModules);
  const besideHead = new Map([...stored].filter(([key]) => !savedHead.has(nameOfKey(key))));
  const canonical = canonicalTensors(family, besideHead, subject);
  const savedNorm = normTensors(config, canonical);
  const tensors = new Map([...canonical].filter(([name]) => !savedNorm.has(name)));
  requireAdaptable(config, tensors, stated.dora, subject);
  const patterns = new NamePatterns(
    adaptableModules(config).flatMap(({ names }) => names),
    { subject: configSubject, Refusal: ModelError },
  );
  const adapted = adaptedOf(config, stated, tensors, patterns, subject);
  const settings = settingsOf(config, stated, adapted, patterns);
  const lora = requireLora(config, settings, tensors, subject);
  return {
    settings,
    tensors: lora,
    ...(savedHead.size === 0 ? {} : { savedHead }),
    ...(savedNorm.size === 0 ? {} : { savedNorm }),
  };
}

/** The tensors of a language model's final norm. @throws ModelError for one that is missing or misshapen */
function normTensors(config: ModelConfig, tensors: NamedTensors): NamedTensors {
  if (familyOf(config).languageModel === undefined) return new Map();
  const names = finalNormForm(config).tensors;
  if (!names.some((name) => tensors.has(name))) return new Map();
  return new Map(
    names.map((name) => [name, requireShape(name, requireTensor(tensors, name), [config.hiddenSize])]),
  );
}

/**
 * Throws a ModelError for a tensor that is not A, B or (with DoRA) the magnitude of a layer that LoRA can be
 * added to.
 */
function requireAdaptable(
  config: ModelConfig,
  tensors: NamedTensors,
  isDora: boolean,
  subject: string,
): void {
  const known = new Set(
    adaptableModules(config).flatMap(({ name }) => [
      loraAName(name),
      loraBName(name),
      ...(isDora ? [loraMagnitudeName(name)] : []),
    ]),
  );
  for (const name of tensors.keys()) {
    if (known.has(name)) continue;
    const adapted = /^(.*)\.lora_(?:A|B|embedding_A|embedding_B)(?:\.weight)?$/.exec(name)?.[1];
    const fault =
      adapted === undefined
        ? `tensor ${name} is not one of this model's LoRA tensors`
        : `adapts ${adapted}, which is not supported`;
    throw new ModelError(`${fault}.`, {
      subject,
      remedy: 'LoRA is read on the dense layers of the encoder; merge other adapters with peft.',
    });
  }
}

/**
 * The layers of the given tensors, in the order of the adapter's config.
 *
 * @throws {@link ModelError} for a layer that the config names but that has no tensors, or for a layer with
 *   tensors that the config does not name.
 */
function adaptedOf(
  config: ModelConfig,
  stated: StatedTargets,
  tensors: NamedTensors,
  patterns: NamePatterns,
  subject: string,
): readonly AdaptableModule[] {
  const modules = adaptableModules(config);
  const named = (ask: StatedTargets) =>
    modules.filter(({ names }) => names.some((name) => isTargeted(ask, name, patterns)));
  const present = modules.filter(({ name }) => tensors.has(loraAName(name)) || tensors.has(loraBName(name)));
  const expected = named(stated);
  // The pooler may have no tensors: the adapted model may lack it, and a short name of other layers may match
  // it.
  const absent = expected.find((module) => !module.isPooler && !present.includes(module));
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
      ? []
      : stated.targets.flatMap((target) => named({ ...stated, targets: [target] }));
  return [...new Set([...inOrder.filter((module) => present.includes(module)), ...present])];
}

/** Settings that give these layers the rank and alpha that the adapter's config states. */
function settingsOf(
  config: ModelConfig,
  stated: StatedSettings,
  adapted: readonly AdaptableModule[],
  patterns: NamePatterns,
): LoraSettings {
  const all = adaptableModules(config).map(({ name }) => name);
  const namesOf = (modules: readonly { readonly name: string }[]) =>
    endNames(
      modules.map(({ name }) => name),
      all,
    );
  const patternOfValues = (stated: Readonly<Record<string, number>>) => {
    const meantNames = Object.entries(stated).map(
      ([pattern, value]) => [patterns.endingIn(pattern), value] as const,
    );
    const settingOf = ({ names }: AdaptableModule) =>
      meantNames.find(([meant]) => names.some((name) => meant.has(name)))?.[1];
    const values = new Set(adapted.flatMap((module) => settingOf(module) ?? []));
    const entries = [...values].flatMap((value) =>
      namesOf(adapted.filter((module) => settingOf(module) === value)).map((name) => [name, value] as const),
    );
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
  const rankPattern = patternOfValues(stated.rankPattern);
  const alphaPattern = patternOfValues(stated.alphaPattern);
  return {
    rank: stated.rank,
    alpha: stated.alpha,
    targets: namesOf(adapted),
    ...(rankPattern === undefined ? {} : { rankPattern }),
    ...(alphaPattern === undefined ? {} : { alphaPattern }),
    ...(stated.rankStabilized ? { rankStabilized: true } : {}),
    ...(stated.dora ? { dora: true } : {}),
  };
}
