/** Greatest number of repeats without an upper bound in one alternative of a flat pattern. */
const MOST_REPEATS = 2;

/** Greatest count of a repeat that counts as bounded: `\p{N}{1,3}`. */
const SMALL_COUNT = 8;

/** One part of a pattern's source: an escape, a class, the start of a group, a repeat, or a character. */
const PART =
  /\\[pPuk]?\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[a-z-]*:|<?[=!]|<[^>]+>))?|\{\d+(?:,\d*)?\}|./gsu;

/**
 * Whether a search by a pattern takes time of at most the third power of the length of a text: no group is
 * repeated, none refers to an earlier one, and no alternative has more than two unbounded repeats. The
 * patterns of common tokenizers (GPT-2, GPT-4, Llama 3, Qwen) are flat.
 */
export function isFlatPattern(source: string): boolean {
  const groups: { repeats: number; most: number }[] = [{ repeats: 0, most: 0 }];
  let isAfterGroup = false;
  for (const [part] of source.matchAll(PART)) {
    const group = groups.at(-1);
    if (group === undefined || /^\\[1-9k]/.test(part)) return false;
    const isRepeat = /^[*+]$|^\{\d/.test(part);
    if (part.startsWith('(')) {
      groups.push({ repeats: 0, most: 0 });
    } else if (part === ')') {
      groups.pop();
      const outer = groups.at(-1);
      if (outer === undefined) return false;
      outer.repeats += Math.max(group.most, group.repeats);
    } else if (part === '|') {
      group.most = Math.max(group.most, group.repeats);
      group.repeats = 0;
    } else if (isRepeat) {
      if (isAfterGroup) return false;
      if (isUnbounded(part)) group.repeats += 1;
    }
    if (Math.max(group.most, group.repeats) > MOST_REPEATS) return false;
    isAfterGroup = part === ')' || (isAfterGroup && part === '?');
  }
  return groups.length === 1 && Math.max(groups[0].most, groups[0].repeats) <= MOST_REPEATS;
}

function isUnbounded(repeat: string): boolean {
  if (repeat === '*' || repeat === '+') return true;
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}$/.exec(repeat) ?? [];
  if (comma === '') return Number(least) > SMALL_COUNT;
  return most === '' || Number(most) > SMALL_COUNT;
}
