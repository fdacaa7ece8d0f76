import { ModelError } from '#shared/errors.ts';
import type { CheckpointNames } from '#shared/model/families/model-family.ts';

/**
 * The canonical name of a checkpoint's tensor, from its name without what wraps the model. Undefined for what the
 * transformer does not use: task heads, buffers and the mask of masked pre-training.
 */
export function canonicalName(names: CheckpointNames, bareName: string): string | undefined {
  const name = names.renames.reduce((renamed, [pattern, to]) => renamed.replace(pattern, to), bareName);
  const isPart = names.parts.some((part) => name.startsWith(part));
  return isPart && !names.unused.includes(name) ? name : undefined;
}

/**
 * What stands before the names of the model in a checkpoint: nothing, the task model's prefix (`bert.`), what a training
 * library wraps it in (`module.`, `0.auto_model.`), or several of these.
 *
 * @param stored Names of all tensors of the checkpoint.
 * @throws {@link ModelError} naming `subject` when it holds several models of the family.
 */
export function checkpointPrefix(names: CheckpointNames, stored: Iterable<string>, subject: string): string {
  const found = new Set<string>();
  for (const name of stored) {
    const bare = leadingParts(name).find((candidate) => canonicalName(names, candidate) === names.anchor);
    if (bare !== undefined) found.add(name.slice(0, name.length - bare.length));
  }
  const [prefix, other] = found;
  if (other === undefined) return prefix ?? '';
  throw new ModelError(
    `holds several models: ${[...found].map((each) => JSON.stringify(`${each}${names.anchor}`)).join(', ')}.`,
    { subject, remedy: 'Save the one to train by itself.' },
  );
}

/** A dotted name, and what is left of it as one leading part after the other goes. */
function leadingParts(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.map((_, index) => parts.slice(index).join('.'));
}

/** The canonical name of any stored name, whatever wraps the model; undefined when no end of it is one. */
export function canonicalEnd(names: CheckpointNames, name: string): string | undefined {
  for (const candidate of leadingParts(name)) {
    const canonical = canonicalName(names, candidate);
    if (canonical !== undefined) return canonical;
  }
  return undefined;
}
