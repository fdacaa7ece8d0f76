import type { TokenExamples } from '#shared/data/example-set.ts';
import { TokenCollector } from './token-collector.ts';

/** Shortest example: one token, and one that is predicted. */
const SHORTEST = 2;

export interface PackedTexts {
  readonly examples: TokenExamples;
  /** Group of each example; empty where texts have none. */
  readonly groups: Int32Array;
}

/**
 * Joins texts, in their order, and cuts them into examples of `maxTokens` tokens; the rest of each group is a
 * shorter example, or is left out if it is a single token. Texts of different groups are not joined.
 *
 * @param groups Group of each text; empty where texts have none.
 */
export function packTexts(texts: TokenExamples, groups: Int32Array, maxTokens: number): PackedTexts {
  const collector = new TokenCollector();
  const groupOf: number[] = [];
  const rows = new Map<number, number[]>();
  for (let row = 0; row < texts.labels.length; row++) {
    const group = groups[row] ?? 0;
    const others = rows.get(group);
    if (others === undefined) rows.set(group, [row]);
    else others.push(row);
  }
  for (const [group, members] of rows) {
    const length = members.reduce((sum, row) => sum + texts.offsets[row + 1] - texts.offsets[row], 0);
    const tokenIds = new Int32Array(length);
    const tokenTypes = new Int32Array(length);
    let end = 0;
    for (const row of members) {
      const [from, to] = [texts.offsets[row], texts.offsets[row + 1]];
      tokenIds.set(texts.tokenIds.subarray(from, to), end);
      tokenTypes.set(texts.tokenTypes.subarray(from, to), end);
      end += to - from;
    }
    for (let begin = 0; begin + SHORTEST <= length; begin += maxTokens) {
      const cut = begin + maxTokens;
      collector.add(
        { tokenIds: tokenIds.subarray(begin, cut), tokenTypes: tokenTypes.subarray(begin, cut) },
        0,
      );
      groupOf.push(group);
    }
  }
  return { examples: collector.examples(), groups: groups.length === 0 ? groups : Int32Array.from(groupOf) };
}
