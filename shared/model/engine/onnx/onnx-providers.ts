/** What can execute the `onnx` engine's graphs. */
export const ONNX_PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;

export type OnnxProvider = (typeof ONNX_PROVIDERS)[number];
