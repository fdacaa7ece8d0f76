import { canonicalName } from '../hugging-face/checkpoint-names.ts';
import type { ModelConfig } from '../hugging-face/model-config.ts';
import { LORA_TARGETS } from './lora-settings.ts';

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
export function canonicalTargets(family: Family, targets: readonly string[]): readonly string[] {
  const older = new Map(Object.entries(NEWER_PROJECTIONS[family]).map(([old, newer]) => [newer, old]));
  const known = [...LORA_TARGETS, ...older.keys()];
  const named = targets.map((target) => {
    const last = known.find((name) => target.endsWith(`.${name}`)) ?? target;
    return older.get(last) ?? last;
  });
  return [...new Set(named)];
}

/** Keys under which PEFT looks for a LoRA tensor: one for each name that versions of transformers give the layer. */
export function peftKeys(family: Family, name: string): readonly string[] {
  const projections = Object.entries(NEWER_PROJECTIONS[family]);
  const newer = projections.find(([old]) => name.includes(`.attention.attention.${old}.`));
  if (newer === undefined) return [`${KEY_PREFIX}${name}`];
  const renamed = name
    .replace(/^encoder\.layer\./, 'layers.')
    .replace(`.attention.attention.${newer[0]}.`, `.attention.${newer[1]}.`);
  return [`${KEY_PREFIX}${name}`, `${KEY_PREFIX}${renamed}`];
}

/** A tensor's name here: PEFT's key without its prefix, nor that of the task model it may have been trained on. */
export function canonicalKey(family: Family, key: string): string {
  const name = key.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : key;
  return canonicalName(family, name) ?? name;
}
