import { ConfigError } from '#shared/errors.ts';
import { ONNX_PROVIDERS, type OnnxProvider } from './onnx/spec/onnx-providers.ts';
import { TORCH_PROVIDERS, type TorchProvider } from './torch/torch-providers.ts';

/** Providers: the processors on which an engine can compute. */
export type Provider = OnnxProvider | TorchProvider;

export const PROVIDERS: readonly [Provider, ...Provider[]] = [
  ...ONNX_PROVIDERS,
  ...TORCH_PROVIDERS.filter((provider) => !isOneOf(ONNX_PROVIDERS, provider)),
];

/** @throws {@link ConfigError} for a provider that the `onnx` engine does not have. */
export function requireOnnxProvider(provider: Provider | 'auto'): OnnxProvider | 'auto' {
  if (provider === 'auto' || isOneOf(ONNX_PROVIDERS, provider)) return provider;
  throw foreignProvider(provider, 'onnx', ONNX_PROVIDERS);
}

/** @throws {@link ConfigError} for a provider that the `torch` engine does not have. */
export function requireTorchProvider(provider: Provider | 'auto'): TorchProvider | 'auto' {
  if (provider === 'auto' || isOneOf(TORCH_PROVIDERS, provider)) return provider;
  throw foreignProvider(provider, 'torch', TORCH_PROVIDERS);
}

function foreignProvider(provider: Provider, engine: string, known: readonly string[]): ConfigError {
  return new ConfigError(`\`${provider}\` is not in engine ${engine}, which has ${known.join(', ')}.`, {
    subject: 'setting server.provider',
    remedy: `Use one of these, or set server.engine to ${engine === 'torch' ? 'onnx' : 'torch'}.`,
  });
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((known) => known === name);
}
