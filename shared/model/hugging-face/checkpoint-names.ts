import { ModelError } from '#shared/errors.ts';
import type { CheckpointNames } from '#shared/model/families/model-family.ts';

/**
 * Canonical name of a checkpoint's tensor. Undefined for tensors that the transformer does not use: task
 * heads, buffers and the mask token of masked pre-training.
 *
 * @param bareName Name without the prefix of an enclosing model.
 */
export function canonicalName(names: CheckpointNames, bareName: string): string | undefined {
  const name = names.renames.reduce((renamed, [pattern, to]) => renamed.replace(pattern, to), bareName);
  const isPart = names.parts.some((part) => name.startsWith(part));
  const isUnused = names.unused.some((unused) =>
    typeof unused === 'string' ? unused === name : unused.test(name),
  );
  return isPart && !isUnused ? name : undefined;
}

/**
 * Prefix of the model's tensor names in a checkpoint: empty, the task model's prefix (`bert.`), the prefix of
 * a training library (`module.`, `0.auto_model.`), or a combination of these.
 *
 * @param stored Names of all tensors of the checkpoint.
 * @throws {@link ModelError} naming `subject` when it contains several models of the family.
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

/** All suffixes of a dotted name, starting with the name itself. */
function leadingParts(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.map((_, index) => parts.slice(index).join('.'));
}

/** Canonical name of a stored name with any prefix; undefined when no suffix of it is a canonical name. */
export function canonicalEnd(names: CheckpointNames, name: string): string | undefined {
  for (const candidate of leadingParts(name)) {
    const canonical = canonicalName(names, candidate);
    if (canonical !== undefined) return canonical;
  }
  return undefined;
}
