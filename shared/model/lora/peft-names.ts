import { ModelError } from '#shared/errors.ts';
import type { ModelFamily } from '#shared/model/families/model-family.ts';
import { canonicalEnd } from '#shared/model/hugging-face/checkpoint-names.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { endNames } from './end-names.ts';

const KEY_PREFIX = 'base_model.model.';

/**
 * Names by which PEFT's matching finds these layers and no others, in all versions of transformers.
 *
 * @param wanted Canonical names of the layers.
 * @param all Canonical names of all layers that LoRA can be added to.
 */
export function peftTargets(
  { peft }: ModelFamily,
  wanted: readonly string[],
  all: readonly string[],
): readonly string[] {
  const versions = Math.max(...wanted.map((name) => peft.layerNames(name).length));
  const names = Array.from({ length: versions }, (_, version) => {
    const inVersion = (name: string) => peft.layerNames(name)[version] ?? name;
    return endNames(wanted.map(inVersion), all.map(inVersion));
  });
  return [...new Set(names.flat())];
}

/**
 * Names of a layer in all versions of transformers, on the bare model and inside the family's task models.
 */
export function moduleNames({ peft, checkpoint }: ModelFamily, canonical: string): readonly string[] {
  return peft.layerNames(canonical).flatMap((name) => [name, `${checkpoint.prefix}${name}`]);
}

/**
 * Keys under which PEFT looks for a LoRA tensor: the layer's name in each version of transformers, on the
 * bare model and, with the task model's prefix, on the family's task models
 * (`BertForSequenceClassification`).
 */
export function peftKeys(family: ModelFamily, name: string): readonly string[] {
  return moduleNames(family, name).map((key) => `${KEY_PREFIX}${key}`);
}

/** Key of a tensor of the family's task models, such as the final norm of a language model. */
export function taskKey({ checkpoint }: ModelFamily, canonical: string): string {
  return `${KEY_PREFIX}${checkpoint.prefix}${canonical}`;
}

/** Key of a tensor that the transformer does not have, such as the output matrix of a language model. */
export function headKey(name: string): string {
  return `${KEY_PREFIX}${name}`;
}

/** A key without PEFT's prefix: the tensor's name in the model that PEFT was given. */
export function nameOfKey(key: string): string {
  return key.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : key;
}

/**
 * The tensors of a task head: tensors of modules that PEFT trained in full and that are not part of the
 * transformer.
 *
 * @param savedModules Ends of the modules' names. Like PEFT, `classifier` also matches `pre_classifier`.
 * @returns The tensors under their names in the task model.
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

/** Names of the modules that contain a tensor of this name, outermost first. */
function enclosingModules(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

/**
 * Canonical name of a tensor: PEFT's key without PEFT's prefix and without the prefix of an enclosing model.
 */
export function canonicalKey({ checkpoint }: ModelFamily, key: string): string {
  const name = nameOfKey(key);
  return canonicalEnd(checkpoint, name) ?? name;
}

/**
 * Renames stored tensors to canonical names. A tensor may occur under several keys of {@link peftKeys} if all
 * have the same value.
 *
 * @throws {@link ModelError} naming `subject` and a tensor that occurs with different values.
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
