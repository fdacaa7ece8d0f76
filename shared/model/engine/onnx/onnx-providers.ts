import type { AdaptedWeightPlacement } from './graph/encoder-spec.ts';
import type { Products } from './graph/graph-builder.ts';

/** What can execute the `onnx` engine's graphs. */
export const ONNX_PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;

export type OnnxProvider = (typeof ONNX_PROVIDERS)[number];

/** How an engine's graphs are made for a provider. */
export interface GraphSettings {
  readonly activations: Activations;
  readonly adaptedWeights: AdaptedWeightPlacement;
  readonly products: Products;
}

/**
 * How the way back gets the activations of the way there: `kept` in this process's memory, or `recomputed` from the
 * embeddings.
 */
export type Activations = 'kept' | 'recomputed';

/** A graphics card computes activations and adapted weights sooner than they cross from and to this process's memory. */
export function graphSettings(provider: OnnxProvider): GraphSettings {
  if (provider === 'cpu') return { activations: 'kept', adaptedWeights: 'before', products: 'fused' };
  // WebGPU has no FusedMatMul: ONNX Runtime would run every product on the processor.
  const products = provider === 'webgpu' ? 'plain' : 'fused';
  return { activations: 'recomputed', adaptedWeights: 'inside', products };
}
