import type { NamePatterns } from './name-patterns.ts';

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

/** Expression for the name of a layer list that may have any name. */
const ANY_LIST = '[^.]*';

/**
 * Whether PEFT adds LoRA to a layer of this name. PEFT's rules: a name matches the whole layer name or its
 * end after a dot; a pattern matches whole names; layer indices restrict only matches of an end.
 *
 * @throws an error of the patterns' source for an expression that cannot be read or takes too long
 */
export function isTargeted(stated: StatedTargets, name: string, patterns: NamePatterns): boolean {
  if (matches(stated.excluded, name, patterns)) return false;
  const { targets, layers, layersPattern } = stated;
  if (typeof targets === 'string' || targets.includes(name)) return matches(targets, name, patterns);
  if (!matches(targets, name, patterns)) return false;
  return layers === undefined || layers.includes(layerIndex(name, layersPattern, patterns));
}

function matches(stated: readonly string[] | string, name: string, patterns: NamePatterns): boolean {
  if (typeof stated === 'string') return patterns.matching(stated).has(name);
  return stated.some((end) => name === end || name.endsWith(`.${end}`));
}

/** Index of the encoder layer in a name; NaN when the name contains none. */
function layerIndex(name: string, lists: readonly string[], patterns: NamePatterns): number {
  const candidates = lists.length === 0 ? [ANY_LIST] : lists;
  for (const list of candidates) {
    const index = patterns.layerIndices(list).get(name);
    if (index !== undefined) return index;
  }
  return Number.NaN;
}
