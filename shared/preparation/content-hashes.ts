import { createHash, type Hash } from 'node:crypto';
import type { ExampleSet } from '#shared/data/example-set.ts';
import { hashBytes } from '#shared/hash-bytes.ts';

/** Hashes that identify a model and a data set, independent of the names of their folders. */
export interface ContentHashes {
  /** SHA-256 of the model's stored parts, in hexadecimal. */
  readonly modelSha256: string;
  /** SHA-256 of the label names and of the encoded training and test examples, in hexadecimal. */
  readonly dataSha256: string;
}

export function contentHashes(
  modelParts: readonly Uint8Array[],
  labelNames: readonly string[],
  sets: readonly ExampleSet[],
): ContentHashes {
  const model = createHash('sha256');
  for (const part of modelParts) hashBytes(model, part);
  const data = createHash('sha256').update(JSON.stringify(labelNames));
  for (const set of sets) addExamples(data, set);
  return { modelSha256: model.digest('hex'), dataSha256: data.digest('hex') };
}

function addExamples(hash: Hash, examples: ExampleSet): void {
  hash.update(examples.kind).update(examples.labels);
  if (examples.scores !== undefined) hash.update(examples.scores);
  switch (examples.kind) {
    case 'tokens':
      hash.update(examples.offsets).update(examples.tokenIds).update(examples.tokenTypes);
      return;
    case 'images':
      hash.update(JSON.stringify(examples.shape)).update(examples.pixels);
  }
}
