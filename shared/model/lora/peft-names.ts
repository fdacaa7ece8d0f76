import { ModelError } from '#shared/errors.ts';
import type { ModelFamily } from '#shared/model/families/model-family.ts';
import { canonicalEnd } from '#shared/model/hugging-face/checkpoint-names.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';

const KEY_PREFIX = 'base_model.model.';

/** Targets as PEFT matches them against a model's layers, under the names of every version of transformers. */
export function peftTargets({ peft }: ModelFamily, targets: readonly string[]): readonly string[] {
  const names = targets.map((target) => peft.projections[target] ?? [target]);
  return [...names.map(([first]) => first), ...names.flatMap(([, ...others]) => others)];
}

/** Names of a layer in every version of transformers, on the bare model and inside the family's task models. */
export function moduleNames({ peft, checkpoint }: ModelFamily, canonical: string): readonly string[] {
  return peft.layerNames(canonical).flatMap((name) => [name, `${checkpoint.prefix}${name}`]);
}

/**
 * Keys under which PEFT looks for a LoRA tensor: the layer's name in every version of transformers, on the bare model and,
 * after the name of the model inside, on the family's task models (`BertForSequenceClassification`).
 */
export function peftKeys(family: ModelFamily, name: string): readonly string[] {
  return moduleNames(family, name).map((key) => `${KEY_PREFIX}${key}`);
}

/** The name that a tensor's module has in the model PEFT was given. */
export function nameOfKey(key: string): string {
  return key.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : key;
}

/**
 * The tensors of a task's head: those of modules that PEFT trained whole, as far as they are no part of the transformer.
 *
 * @param savedModules Ends of the modules' names; PEFT takes `classifier` for the end of `pre_classifier`, too.
 * @returns Them by their names in the task model.
 */
export function headTensors(
  { checkpoint }: ModelFamily,
  stored: NamedTensors,
  savedModules: readonly string[],
): NamedTensors {
  const isSaved = (name: string) =>
    enclosingModules(name).some((module) => savedModules.some((end) => module.endsWith(end)));
  return new Map(
    [...stored]
      .map(([key, value]): [string, Tensor] => [nameOfKey(key), value])
      .filter(([name]) => isSaved(name) && canonicalEnd(checkpoint, name) === undefined),
  );
}

/** Names of the modules that a tensor of this name lies in, from the outermost. */
function enclosingModules(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

/** A tensor's name here: PEFT's key without its prefix, nor what wraps the model that it was trained on. */
export function canonicalKey({ checkpoint }: ModelFamily, key: string): string {
  const name = nameOfKey(key);
  return canonicalEnd(checkpoint, name) ?? name;
}

/**
 * Tensors by the names they have here. One may stand there under several keys of {@link peftKeys}, but with one value.
 *
 * @throws {@link ModelError} naming `subject` and a tensor that stands there twice with different values.
 */
export function canonicalTensors(family: ModelFamily, stored: NamedTensors, subject: string): NamedTensors {
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
