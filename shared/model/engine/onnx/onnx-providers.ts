import type { Products } from './graph/graph-builder.ts';

/** What can execute the `onnx` engine's graphs. */
export const ONNX_PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;

export type OnnxProvider = (typeof ONNX_PROVIDERS)[number];

/** WebGPU has no FusedMatMul: ONNX Runtime would run every product on the processor. */
export function providerProducts(provider: OnnxProvider): Products {
  return provider === 'webgpu' ? 'plain' : 'fused';
}
