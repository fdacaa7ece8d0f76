import type { OnnxProvider } from './onnx-providers.ts';

/**
 * How a graph gets the frozen weights. `fed`: as inputs, so that all graphs of an engine share one copy.
 * `loaded`: with the model, so that the provider packs them, or moves them to the device, once per graph.
 */
export type WeightPlacement = 'fed' | 'loaded';

/**
 * Where LoRA is applied. `merged`: to the weights, once per set of LoRA values; the merged weights are fed to
 * each run. `mergedInGraph`: to the weights inside each run, because a graphics card computes them faster
 * than it receives them. `separate`: as a term of its own in each product, so that the frozen weights can be
 * loaded.
 */
export type LoraPlacement = 'merged' | 'mergedInGraph' | 'separate';

/** Memory layout of hidden states: layers/padded-layout.ts and layers/packed-layout.ts. */
export type StateLayout = 'padded' | 'packed';

/**
 * How the backward pass gets the forward pass's activations: `kept` in this process's memory, or `recomputed`
 * from the embeddings.
 */
export type Activations = 'kept' | 'recomputed';

/** Operators of matrix products: ONNX Runtime's FusedMatMul, or ONNX's own MatMul and Transpose. */
export type Products = 'fused' | 'plain';

/** How the graphs of an encoder are written. */
export interface GraphForm {
  readonly states: StateLayout;
  readonly weightPlacement: WeightPlacement;
  readonly loraPlacement: LoraPlacement;
  readonly activations: Activations;
  readonly products: Products;
}

/**
 * The fastest form of the graphs for a provider.
 *
 * A graphics card recomputes activations and merged weights faster than it exchanges them with this process's
 * memory. On a processor, large batches are fastest with merged weights; packed ones need loaded weights
 * (`joinsExactly`).
 */
export function graphForm(provider: OnnxProvider, states: StateLayout): GraphForm {
  const form = { states, weightPlacement: 'loaded' } as const;
  switch (provider) {
    case 'cpu': {
      const loraPlacement = states === 'packed' ? 'separate' : 'merged';
      return { ...form, loraPlacement, activations: 'kept', products: 'fused' };
    }
    case 'cuda':
      return { ...form, loraPlacement: 'mergedInGraph', activations: 'recomputed', products: 'fused' };
    // WebGPU has no FusedMatMul: ONNX Runtime would run each product on the processor.
    case 'webgpu':
      return { ...form, loraPlacement: 'mergedInGraph', activations: 'recomputed', products: 'plain' };
  }
}
