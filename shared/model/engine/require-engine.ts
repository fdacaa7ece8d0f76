import { ConfigError } from '#shared/errors.ts';
import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { splitModel } from '#shared/model/split-model.ts';
import { zeros } from '#shared/model/tensor.ts';
import { createEncoderEngine, type EncoderEngineOptions } from './create-engine.ts';
import type { EngineDescription } from './encoder-engine.ts';

/** The smallest encoder whose widths fill a processor's vector registers. */
const SMALLEST: BertConfig = {
  family: 'bert',
  hiddenSize: 16,
  layerCount: 1,
  headCount: 1,
  intermediateSize: 16,
  layerNormEpsilon: 1e-12,
  vocabularySize: 1,
  maximumTokens: 1,
  tokenTypeCount: 1,
};

/**
 * Checks that the configured engine can run on this machine: makes it with a tiny model and disposes of it.
 * So the error comes before a run is prepared.
 *
 * @returns the engine and backend that will be used
 * @throws {@link ConfigError} when the requested engine cannot run here.
 */
export async function requireEngine(
  server: Pick<EncoderEngineOptions, 'engine' | 'provider' | 'deterministic' | 'precision' | 'python'>,
): Promise<EngineDescription> {
  const { engine: choice, provider = 'auto' } = server;
  if (choice === 'tfjs' && provider !== 'auto') {
    throw new ConfigError('is for engine onnx or torch.', {
      subject: `setting provider ${provider}`,
      remedy: 'Leave it out, or set server.engine to onnx or torch.',
    });
  }
  const tensors = new Map(
    [...describeModel(SMALLEST).tensors()].map(([name, shape]) => [name, zeros(shape)]),
  );
  const engine = await createEncoderEngine(splitModel({ config: SMALLEST, tensors }).server, {
    ...server,
    features: 'first-token',
    lora: { rank: 1, alpha: 1, targets: ['query'] },
  });
  await engine.dispose();
  return engine.description;
}
