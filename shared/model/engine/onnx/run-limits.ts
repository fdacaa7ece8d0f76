import type { ModelConfig } from '#shared/model/families/model-config.ts';
import type { OnnxProvider } from './onnx-providers.ts';
import type { GroupCost } from './padded/length-groups.ts';

/**
 * On a processor runs are small enough for a layer's activations to stay in its cache, and one costs some 40 tokens
 * (bench/encoder/run-cost.ts); on a graphics card they are to fill it, and few: one costs some 1,760 tokens on an H100 with
 * CUDA (docs/graphics-cards.md), and with WebGPU, assumed, half as many.
 */
export const RUN_COST: Readonly<Record<OnnxProvider, GroupCost>> = {
  cpu: { maximumTokens: 520, groupTokens: 40 },
  cuda: { maximumTokens: 8192, groupTokens: 2000 },
  webgpu: { maximumTokens: 4096, groupTokens: 1000 },
};

/** Values of the widest vector register. */
const VECTOR_VALUES = 16;

/** Terms of the longest sum that is never cut into blocks, however a product is shared among threads. */
const BLOCK_TERMS = 128;

/** Tokens of the longest sequence that is packed where no bit may change: attention sums over them. */
export const LONGEST_PACKED = BLOCK_TERMS;

/**
 * Whether batches can run joined without a changed bit. On a processor every row of a product with a loaded matrix is summed
 * in the same order however many rows there are and however many threads share them, where a layer's width is a multiple
 * of the vector registers', so that no value moves from their whole to their last, differently rounded part. With a
 * fed matrix that holds when one of its sides fits a vector register, as LoRA's do up to that rank, or the sum a block, as
 * attention's do. Products with a single row or column are computed another way: runs have two sequences at least, and
 * the rank must be two or more. A graphics card's library picks its kernels by the number of rows.
 */
export function joinsExactly(
  provider: OnnxProvider,
  { hiddenSize, intermediateSize, headCount }: ModelConfig,
  rank: number,
): boolean {
  const isWhole = (width: number) => width % VECTOR_VALUES === 0;
  const fits = rank > 1 && rank <= VECTOR_VALUES && hiddenSize / headCount <= BLOCK_TERMS;
  return provider === 'cpu' && fits && isWhole(hiddenSize) && isWhole(intermediateSize);
}
