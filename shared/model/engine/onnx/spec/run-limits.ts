import { encoderDenseLayers } from '#shared/model/engine/layout/dense-layers.ts';
import type { EncoderLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { OnnxProvider } from './onnx-providers.ts';
import { isWholeRegisters, VECTOR_VALUES } from './vector-registers.ts';

/** Cost of running a group of sequences at once, in tokens. */
export interface RunCost {
  /** Maximum tokens of a run, padding included. A longer sequence is a run of its own. */
  readonly maximumTokens: number;
  /** Fixed cost of a run as a number of tokens: starting its operators and reading all weights once. */
  readonly fixedTokens: number;
}

/**
 * Measured run costs. On a processor a run is small enough for a layer's activations to stay in the cache;
 * its fixed cost is about 40 tokens (bench/encoder/run-cost.ts). On a graphics card runs are large and few:
 * the fixed cost is about 1,760 tokens on an H100 with CUDA (docs/graphics-cards.md). The values for WebGPU
 * are an assumption (half).
 */
export const RUN_COST: Readonly<Record<OnnxProvider, RunCost>> = {
  cpu: { maximumTokens: 520, fixedTokens: 40 },
  cuda: { maximumTokens: 8192, fixedTokens: 2000 },
  webgpu: { maximumTokens: 4096, fixedTokens: 1000 },
};

/** Maximum terms of a sum that is never split into blocks, however a product is divided among threads. */
const BLOCK_TERMS = 128;

/**
 * Maximum tokens of a packed sequence where results must be bit-identical: attention sums over its tokens.
 */
export const LONGEST_PACKED = BLOCK_TERMS;

/**
 * Whether batches can run joined with bit-identical results.
 *
 * On a processor each row of a product with a loaded matrix is summed in the same order for any number of
 * rows and threads, if the layer's width is a whole number of vector registers. With a fed matrix that holds
 * if one of its sides fits into a vector register (LoRA's rank does, up to 16) or the sum fits into a block
 * (attention's does). Products with a single row or column use another algorithm: runs have at least two
 * sequences, and the rank must be at least two. On a graphics card the library chooses kernels by the number
 * of rows, so the answer is no.
 */
export function joinsExactly(
  provider: OnnxProvider,
  layout: EncoderLayout,
  ranks: readonly number[],
): boolean {
  const fits = layout.headWidth <= BLOCK_TERMS && ranks.every((rank) => rank > 1 && rank <= VECTOR_VALUES);
  const widths = encoderDenseLayers(layout).flatMap(({ inputs, outputs }) => [inputs, outputs]);
  return provider === 'cpu' && fits && widths.every(isWholeRegisters);
}
