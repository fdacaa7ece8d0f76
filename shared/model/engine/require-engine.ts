import { ConfigError } from '#shared/errors.ts';
import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { splitModel } from '#shared/model/split-model.ts';
import { zeros } from '#shared/model/tensor.ts';
import { createEncoderEngine, type EncoderEngineOptions } from './create-engine.ts';

/** As small as an encoder can be whose widths fill a processor's vector registers. */
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
 * Makes the engine that settings ask for and disposes of it, with a model that costs nothing: so a run need not be
 * prepared to learn that it cannot go.
 *
 * @throws {@link ConfigError} when what was asked for cannot run here.
 */
export async function requireEngine(
  server: Pick<EncoderEngineOptions, 'engine' | 'provider' | 'deterministic'>,
): Promise<void> {
  const { engine: choice, provider = 'auto', deterministic } = server;
  if (choice === 'tfjs' && provider !== 'auto') {
    throw new ConfigError('is for engine onnx.', {
      subject: `setting provider ${provider}`,
      remedy: 'Leave it out, or set server.engine to onnx.',
    });
  }
  const tensors = new Map(
    [...describeModel(SMALLEST).tensors()].map(([name, shape]) => [name, zeros(shape)]),
  );
  const engine = await createEncoderEngine(splitModel({ config: SMALLEST, tensors }).server, {
    engine: choice,
    provider,
    deterministic,
    features: 'first-token',
    lora: { rank: 1, alpha: 1, targets: ['query'] },
  });
  await engine.dispose();
}
