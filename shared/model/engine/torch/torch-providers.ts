/** Devices of the `torch` engine. `rocm`, `mps` and `xpu` are untried: no such machine was at hand. */
export const TORCH_PROVIDERS = ['cpu', 'cuda', 'rocm', 'mps', 'xpu'] as const;

export type TorchProvider = (typeof TORCH_PROVIDERS)[number];
