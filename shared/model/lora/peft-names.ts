import { ModelError } from '#shared/errors.ts';
import { canonicalName } from '#shared/model/hugging-face/checkpoint-names.ts';
import type { ModelConfig } from '#shared/model/hugging-face/model-config.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { LORA_TARGETS } from './settings.ts';

type Family = ModelConfig['family'];

const KEY_PREFIX = 'base_model.model.';

/** What transformers 5 calls the projections that transformers 4 calls query, key and value. */
const NEWER_PROJECTIONS: Readonly<Record<Family, Readonly<Record<string, string>>>> = {
  bert: {},
  vit: { query: 'q_proj', key: 'k_proj', value: 'v_proj' },
};

/** Targets as PEFT matches them against a model's layers, under the names of every version of transformers. */
export function peftTargets(family: Family, targets: readonly string[]): readonly string[] {
  return [...targets, ...targets.flatMap((target) => NEWER_PROJECTIONS[family][target] ?? [])];
}

/** The targets under the names they have here; PEFT also takes the full names of layers. */
function canonicalTargets(family: Family, targets: readonly string[]): readonly string[] {
  const older = new Map(Object.entries(NEWER_PROJECTIONS[family]).map(([old, newer]) => [newer, old]));
  const known = [...LORA_TARGETS, ...older.keys()];
  const named = targets.map((target) => {
    const last = known.find((name) => target.endsWith(`.${name}`)) ?? target;
    return older.get(last) ?? last;
  });
  return [...new Set(named)];
}

/**
 * Keys under which PEFT looks for a LoRA tensor: the layer's name in every version of transformers, on the bare model and, after
 * the name of the model inside, on the family's task models (`BertForSequenceClassification`, `ViTForImageClassification`).
 */
export function peftKeys(family: Family, name: string): readonly string[] {
  return layerNames(family, name).flatMap((layer) => [
    `${KEY_PREFIX}${layer}`,
    `${KEY_PREFIX}${family}.${layer}`,
  ]);
}

/** One for each name that versions of transformers give the layer. */
function layerNames(family: Family, name: string): readonly string[] {
  const projections = Object.entries(NEWER_PROJECTIONS[family]);
  const newer = projections.find(([old]) => name.includes(`.attention.attention.${old}.`));
  if (newer === undefined) return [name];
  const renamed = name
    .replace(/^encoder\.layer\./, 'layers.')
    .replace(`.attention.attention.${newer[0]}.`, `.attention.${newer[1]}.`);
  return [name, renamed];
}

/** The name that a tensor's module has in the model PEFT was given. */
export function nameOfKey(key: string): string {
  return key.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : key;
}

/**
 * The tensors of a task's head: those of modules that PEFT trained whole, as far as they are no part of the transformer.
 *
 * @param savedModules Ends of the modules' names.
 * @returns Them by their names in the task model.
 */
export function headTensors(
  family: Family,
  stored: NamedTensors,
  savedModules: readonly string[],
): NamedTensors {
  const isSaved = (name: string) => savedModules.some((module) => `.${name}`.includes(`.${module}.`));
  return new Map(
    [...stored]
      .map(([key, value]): [string, Tensor] => [nameOfKey(key), value])
      .filter(([name]) => isSaved(name) && canonicalName(family, name) === undefined),
  );
}

/** A tensor's name here: PEFT's key without its prefix, nor that of the task model it may have been trained on. */
export function canonicalKey(family: Family, key: string): string {
  const name = nameOfKey(key);
  return canonicalName(family, name) ?? name;
}

/**
 * Tensors by the names they have here. One may stand there under several keys of {@link peftKeys}, but with one value.
 *
 * @throws {@link ModelError} naming `subject` and a tensor that stands there twice with different values.
 */
export function canonicalTensors(family: Family, stored: NamedTensors, subject: string): NamedTensors {
  const tensors = new Map<string, Tensor>();
  for (const [key, value] of stored) {
    const name = canonicalKey(family, key);
    const other = tensors.get(name);
    if (other !== undefined && !isSame(other, value)) {
      throw new ModelError(`holds tensor ${name} twice, with different values.`, {
        subject,
        remedy: 'Save the adapter again.',
      });
    }
    tensors.set(name, value);
  }
  return tensors;
}

function isSame(first: Tensor, second: Tensor): boolean {
  return first.data.length === second.data.length && first.data.every((v, i) => v === second.data[i]);
}

/** The targets that the config names; those that tensors are there for where it has a pattern. */
export function targetsOf(
  family: Family,
  stated: readonly string[] | string,
  tensors: NamedTensors,
): readonly string[] {
  if (typeof stated !== 'string') return canonicalTargets(family, stated);
  const names = [...tensors.keys()];
  return LORA_TARGETS.filter((target) => names.some((name) => name.includes(`${target}.lora_`)));
}
