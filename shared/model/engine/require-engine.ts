import { ConfigError } from '../../errors.ts';
import type { EngineChoice } from './create-engine.ts';
import type { OnnxProvider } from './onnx/onnx-providers.ts';

/**
 * Checks, before any model is read, that what a person asked for by name can run on this machine. What is left to
 * `auto` always can.
 *
 * @throws {@link ConfigError} naming the setting, what is missing and what to do.
 */
export async function requireEngine(engine: EngineChoice, provider: OnnxProvider | 'auto'): Promise<void> {
  if (provider === 'auto') return;
  if (engine === 'tfjs') {
    throw new ConfigError('is for engine onnx.', {
      subject: `setting provider ${provider}`,
      remedy: 'Leave it out, or set server.engine to onnx.',
    });
  }
  const { requireProvider } = await import('./onnx/require-provider.ts');
  await requireProvider(provider);
}
