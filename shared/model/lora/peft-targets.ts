/** The layers with LoRA, as an adapter_config.json states them. */
export interface StatedTargets {
  /** Names of layers, or ends of names; or one regular expression that matches whole names. */
  readonly targets: readonly string[] | string;
  /** Layers that are excluded even if `targets` matches them, in the same form. */
  readonly excluded: readonly string[] | string;
  /**
   * Indices of encoder layers. They restrict targets that match the end of a name; undefined means all
   * layers.
   */
  readonly layers: readonly number[] | undefined;
  /** Names of the layer list that the index refers to; empty means any list. */
  readonly layersPattern: readonly string[];
}

/**
 * Whether PEFT adds LoRA to a layer of this name. PEFT's rules: a name matches the whole layer name or its
 * end after a dot; a pattern matches whole names; layer indices restrict only matches of an end.
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

/** Converts a Python pattern to one that matches whole names; undefined when JavaScript cannot parse it. */
function wholePattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
}

/** Index of the encoder layer in a name; undefined when the name contains none. */
function layerIndex(name: string, lists: readonly string[]): number | undefined {
  const candidates = lists.length === 0 ? ['[^.]*'] : lists;
  for (const list of candidates) {
    const found = wholePattern(`(?:.*\\.)?${list}\\.(?<index>\\d+)\\..*`)?.exec(name)?.groups?.index;
    if (found !== undefined) return Number(found);
  }
  return undefined;
}
