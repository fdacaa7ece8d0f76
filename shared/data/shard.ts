import { DataError } from '#shared/errors.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import {
  floatTensor,
  int32Tensor,
  type StoredTensor,
  uint8Tensor,
} from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { ExampleSet } from './example-set.ts';

/** Format name in the metadata of each file; a reader rejects any other. */
const FORMAT = 'airtune-examples-1';

/** Examples of a device's shard or of the test set, with the number of classes. */
export interface Shard {
  readonly examples: ExampleSet;
  readonly classCount: number;
}

/**
 * Encodes examples as a safetensors file. Texts: `token_ids` and `token_types` (int32, packed), `offsets`
 * (int32, rows + 1) and `labels` (int32, rows). Images: `pixels` (uint8, [images, channels, height, width])
 * and `labels`. Examples of a regression also have `scores` (float32, rows). Equal examples give equal bytes.
 */
export function encodeShard({ examples, classCount }: Shard): Uint8Array {
  const metadata = { format: FORMAT, kind: examples.kind, classes: String(classCount) };
  const vector = (data: Int32Array | Float32Array): StoredTensor => ({ shape: [data.length], data });
  const scores: [string, StoredTensor][] =
    examples.scores === undefined ? [] : [['scores', vector(examples.scores)]];
  switch (examples.kind) {
    case 'tokens':
      return writeSafetensors(
        new Map<string, StoredTensor>([
          ['token_ids', vector(examples.tokenIds)],
          ['token_types', vector(examples.tokenTypes)],
          ['offsets', vector(examples.offsets)],
          ['labels', vector(examples.labels)],
          ...scores,
        ]),
        metadata,
      );
    case 'images':
      return writeSafetensors(
        new Map<string, StoredTensor>([
          ['pixels', { shape: examples.shape, data: examples.pixels }],
          ['labels', vector(examples.labels)],
          ...scores,
        ]),
        metadata,
      );
  }
}

/**
 * Reads a file that {@link encodeShard} wrote.
 *
 * @param subject Name of the bytes in errors: a path, an object key.
 * @throws DataError when the file is of another format or its tensors contradict each other; ModelError when
 *   it is not a valid safetensors file.
 */
export function decodeShard(bytes: Uint8Array, subject: string): Shard {
  const { tensors, metadata } = readSafetensors(bytes, subject);
  const require = (holds: boolean, what: string): void => {
    if (!holds) throw new DataError(`${what}.`, { subject, remedy: 'Prepare the data again.' });
  };
  require(metadata.format === FORMAT, `its format is ${metadata.format ?? 'not stated'}, expected ${FORMAT}`);
  const classCount = Number(metadata.classes);
  require(Number.isInteger(classCount) && classCount >= 1, `it states ${metadata.classes} classes`);
  const labels = int32Tensor(tensors, 'labels', subject).data;
  require(labels.every((label) => label >= 0 && label < classCount), 'a label is outside its classes');

  const scored = tensors.has('scores') ? { scores: floatTensor(tensors, 'scores', subject).data } : {};
  require((scored.scores ?? labels).length === labels.length, 'scores and labels differ in number');
  require((scored.scores ?? []).every(Number.isFinite), 'a score is not finite');
  const others = tensors.size - ('scores' in scored ? 1 : 0);

  if (metadata.kind === 'images') {
    require(others === 2, 'it holds tensors of another kind');
    const { shape, data: pixels } = uint8Tensor(tensors, 'pixels', subject);
    const [images, channels, height, width] = shape;
    require(shape.length === 4 && images === labels.length, 'images and labels differ in number');
    return {
      examples: { kind: 'images', shape: [images, channels, height, width], pixels, labels, ...scored },
      classCount,
    };
  }
  require(metadata.kind ===
    'tokens', `it holds ${metadata.kind ?? 'data of an unknown kind'}, expected tokens or images`);
  require(others === 4, 'it holds tensors of another kind');
  const tokenIds = int32Tensor(tensors, 'token_ids', subject).data;
  const tokenTypes = int32Tensor(tensors, 'token_types', subject).data;
  const offsets = int32Tensor(tensors, 'offsets', subject).data;
  require(tokenIds.every((id) => id >= 0), 'a token id is negative');
  require(tokenTypes.length === tokenIds.length, 'token types and token ids differ in number');
  require(offsets.length === labels.length + 1, 'rows and labels differ in number');
  const bounded = offsets[0] === 0 && offsets[labels.length] === tokenIds.length;
  require(bounded &&
    offsets.every(
      (end, row) => row === 0 || end > offsets[row - 1],
    ), 'its row offsets do not rise from 0 to the token count');
  return { examples: { kind: 'tokens', tokenIds, tokenTypes, offsets, labels, ...scored }, classCount };
}
