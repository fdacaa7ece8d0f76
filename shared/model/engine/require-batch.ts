import { DataError } from '#shared/errors.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import { requireShape } from '#shared/model/tensor.ts';

/**
 * Checks the shape and lengths of a batch.
 *
 * @throws {@link ModelError} for embeddings of another width, {@link DataError} for unusable lengths.
 */
export function requireBatch({ embeddings, lengths }: EmbeddedBatch, hidden: number): void {
  const [, paddedTokens] = embeddings.shape;
  requireShape('embeddings', embeddings, [lengths.length, paddedTokens, hidden]);
  if (lengths.length === 0) throw new DataError('a batch without a sequence.');
  const bad = lengths.findIndex((length) => length < 1 || length > paddedTokens);
  if (bad < 0) return;
  throw new DataError(`has length ${lengths[bad]}, must lie in 1 to ${paddedTokens}.`, {
    subject: `sequence ${bad} of the batch`,
  });
}
