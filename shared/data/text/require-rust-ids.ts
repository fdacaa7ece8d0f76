import { ModelError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import type { TokenizerFiles } from './tokenizer-files.ts';
import type { TokenizerDefinition } from './tokenizer-schema.ts';

/**
 * Checks that the ids in a tokenizer.json are those that the Rust tokenizers use. For an added token they
 * ignore the id in `added_tokens`: they use its id in the vocabulary, or else the next number after the
 * vocabulary. For a special token around a text they use the id in the post-processor.
 *
 * @throws ModelError naming the first token that has another id
 */
export function requireRustIds({ definition, source }: TokenizerFiles): void {
  const { size, ids } = vocabularyOf(definition);
  let largestAdded = -1;
  const requireId = (part: string, token: string, id: number, expected: number | undefined): void => {
    if (id === expected) return;
    const other = expected === undefined ? 'it is no token' : `the tokenizer gives it ${expected}`;
    throw new ModelError(`${part}: ${quoted(token)} has the id ${id}; ${other}.`, {
      subject: source,
      remedy: 'Copy it again from the model you fine-tune.',
    });
  };
  for (const { content, id } of definition.added_tokens) {
    const expected = ids.get(content) ?? Math.max(size, largestAdded + 1);
    requireId('added_tokens', content, id, expected);
    ids.set(content, id);
    largestAdded = Math.max(largestAdded, id);
  }
  for (const [token, id] of definition.post_processor?.tokens ?? []) {
    requireId('post_processor', token, id, ids.get(token));
  }
}

/** Number of the model's own tokens, and their ids. */
function vocabularyOf({ model }: TokenizerDefinition): {
  readonly size: number;
  readonly ids: Map<string, number>;
} {
  const entries =
    model.type === 'Unigram'
      ? model.vocab.map(([piece], id): [string, number] => [piece, id])
      : Object.entries(model.vocab);
  return { size: entries.length, ids: new Map(entries) };
}
