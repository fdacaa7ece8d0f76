import type { TokenExamples } from '#shared/data/example-set.ts';
import { NO_TARGET } from '#shared/model/language/language-pass.ts';
import { PREDICTED } from './language-tokens.ts';

/**
 * Targets of the tokens of some rows, one row after the other. The target of a token is the next token of its
 * row if the prediction of that one counts in the loss, else NO_TARGET.
 */
export function nextTokens({ tokenIds, tokenTypes, offsets }: TokenExamples, rows: Int32Array): Int32Array {
  const targets: number[] = [];
  for (const row of rows) {
    for (let next = offsets[row] + 1; next <= offsets[row + 1]; next++) {
      const counts = next < offsets[row + 1] && tokenTypes[next] === PREDICTED;
      targets.push(counts ? tokenIds[next] : NO_TARGET);
    }
  }
  return Int32Array.from(targets);
}
