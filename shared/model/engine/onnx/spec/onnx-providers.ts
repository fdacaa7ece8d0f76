/** ONNX Runtime execution providers that the `onnx` engine supports. */
export const ONNX_PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;

export type OnnxProvider = (typeof ONNX_PROVIDERS)[number];
