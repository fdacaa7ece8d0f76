/** Which layers an adapter_config.json says LoRA sits on. */
export interface StatedTargets {
  /** Names of layers or their ends, or one regular expression for whole names. */
  readonly targets: readonly string[] | string;
  /** The same for layers that are left out although they match. */
  readonly excluded: readonly string[] | string;
  /** Indices of the encoder layers that names with an end apply to; all when absent. */
  readonly layers: readonly number[] | undefined;
  /** Names of the list that the index is one of; any when empty. */
  readonly layersPattern: readonly string[];
}

/**
 * Whether PEFT puts LoRA on a layer of this name, by its rules: names match whole or as the end after a dot, patterns match
 * whole names, and layer indices restrict ends alone.
 */
export function isTargeted(stated: StatedTargets, name: string): boolean {
  if (matches(stated.excluded, name)) return false;
  const { targets, layers, layersPattern } = stated;
  if (typeof targets === 'string' || targets.includes(name)) return matches(targets, name);
  if (!matches(targets, name)) return false;
  return layers === undefined || layers.some((layer) => layer === layerIndex(name, layersPattern));
}

function matches(stated: readonly string[] | string, name: string): boolean {
  if (typeof stated !== 'string') return stated.some((end) => name === end || name.endsWith(`.${end}`));
  return wholePattern(stated)?.test(name) ?? false;
}

/** Python's pattern for whole names; undefined for one that JavaScript does not know, or that is none. */
function wholePattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
}

/** The index of the encoder layer that a name lies in; undefined when it lies in none. */
function layerIndex(name: string, lists: readonly string[]): number | undefined {
  const candidates = lists.length === 0 ? ['[^.]*'] : lists;
  for (const list of candidates) {
    const found = wholePattern(`(?:.*\\.)?${list}\\.(?<index>\\d+)\\..*`)?.exec(name)?.groups?.index;
    if (found !== undefined) return Number(found);
  }
  return undefined;
}
