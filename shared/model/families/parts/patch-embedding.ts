import type { ImageEmbedding } from '#shared/model/families/model-input.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import { DenseProduct } from '#shared/model/product/dense-product.ts';
import { type NamedTensors, tensor } from '#shared/model/tensor.ts';
import { type ImageExtents, patchCount } from './image-geometry.ts';
import { imagePixels } from './image-pixels.ts';
import type { PreparedImages } from './prepared-images.ts';

/**
 * Makes the embedding module of an image model from the device part's tensors (`embeddings.*`). Each patch
 * goes through one dense layer; learned tokens are put before the patches; a learned position is added to
 * each. The embedding output is [images, learned tokens + patches, hidden]. It uses typed arrays and a
 * product in WebAssembly, because devices have no engine.
 *
 * @param learnedTokens Names of the tokens before the patches, in their order.
 * @throws {@link ModelError} naming a tensor that is missing. The module itself throws {@link DataError} for
 *   images with another number of channels, or that are not square with `squareOnly`.
 */
export function patchEmbedding(
  config: PreparedImages & { readonly hiddenSize: number },
  tensors: NamedTensors,
  learnedTokens: readonly string[],
): ImageEmbedding {
  const table = (name: string) => requireTensor(tensors, `embeddings.${name}`).data;
  const learned = learnedTokens.map(table);
  const positions = table('position_embeddings');
  const bias = table('patch_embeddings.projection.bias');
  const { hiddenSize: hidden, imageSize, patchSize, channelCount } = config;
  const patches = patchCount(config);
  const tokens = learned.length + patches;
  const patchValues = channelCount * patchSize * patchSize;
  const shape = [hidden, patchValues] as const;
  const product = new DenseProduct(tensor(shape, table('patch_embeddings.projection.weight')), shape);
  const rows = new Float32Array(patches * patchValues);

  return (images) => {
    const { data: pixels } = imagePixels(config, images);
    const [count] = images.shape;
    const imageValues = channelCount * imageSize * imageSize;
    const data = new Float32Array(count * tokens * hidden);
    for (let image = 0; image < count; image++) {
      const start = image * tokens * hidden;
      for (const [token, values] of learned.entries()) {
        const row = token * hidden;
        for (let i = 0; i < hidden; i++) data[start + row + i] = values[i] + positions[row + i];
      }
      const source = pixels.subarray(image * imageValues, (image + 1) * imageValues);
      for (let patch = 0; patch < patches; patch++) {
        readPatch(config, source, patch, rows.subarray(patch * patchValues, (patch + 1) * patchValues));
      }
      const projected = product.of(rows);
      for (let patch = 0; patch < patches; patch++) {
        const row = (learned.length + patch) * hidden;
        for (let i = 0; i < hidden; i++) {
          data[start + row + i] = projected[patch * hidden + i] + bias[i] + positions[row + i];
        }
      }
    }
    return {
      embeddings: { shape: [count, tokens, hidden], data },
      lengths: new Int32Array(count).fill(tokens),
    };
  };
}

/**
 * Copies one patch, [channels, patch, patch], from an image, [channels, size, size]. Patches are numbered row
 * by row.
 */
function readPatch(
  { imageSize, patchSize, channelCount }: ImageExtents,
  image: Float32Array,
  index: number,
  patch: Float32Array,
): void {
  const perRow = imageSize / patchSize;
  const corner = (Math.floor(index / perRow) * imageSize + (index % perRow)) * patchSize;
  let written = 0;
  for (let channel = 0; channel < channelCount; channel++) {
    for (let y = 0; y < patchSize; y++) {
      const start = channel * imageSize * imageSize + corner + y * imageSize;
      for (let x = 0; x < patchSize; x++) patch[written++] = image[start + x];
    }
  }
}
