import type { GraphForm, LayoutName } from './graph/encoder-spec.ts';

/** What can execute the `onnx` engine's graphs. */
export const ONNX_PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;

export type OnnxProvider = (typeof ONNX_PROVIDERS)[number];

/**
 * The form of graphs that suits a provider. A graphics card computes activations and adapted weights sooner than they cross
 * from and to this process's memory. On a processor large batches are faster with weights that LoRA was added to
 * before; those that run together need loaded weights, see `joinsExactly`.
 */
export function graphForm(provider: OnnxProvider, states: LayoutName): GraphForm {
  const form = { states, weightPlacement: 'loaded' } as const;
  switch (provider) {
    case 'cpu': {
      const loraPlacement = states === 'packed' ? 'beside' : 'before';
      return { ...form, loraPlacement, activations: 'kept', products: 'fused' };
    }
    case 'cuda':
      return { ...form, loraPlacement: 'inside', activations: 'recomputed', products: 'fused' };
    // It has no FusedMatMul: ONNX Runtime would run every product on the processor.
    case 'webgpu':
      return { ...form, loraPlacement: 'inside', activations: 'recomputed', products: 'plain' };
  }
}
