import { bertTensorShapes } from '../bert/bert-tensors.ts';
import type { BertConfig } from '../hugging-face/model-config.ts';
import { splitModel } from '../split-model.ts';
import { zeros } from '../tensor.ts';
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
 * @returns Why something slower than what was asked for would run; empty when it would not.
 * @throws {@link ConfigError} when what was asked for cannot run here.
 */
export async function requireEngine(
  server: Pick<EncoderEngineOptions, 'engine' | 'provider' | 'deterministic'>,
): Promise<string> {
  const tensors = new Map([...bertTensorShapes(SMALLEST)].map(([name, shape]) => [name, zeros(shape)]));
  const engine = await createEncoderEngine(splitModel({ config: SMALLEST, tensors }).server, {
    engine: server.engine,
    provider: server.provider,
    deterministic: server.deterministic,
    features: 'first-token',
    lora: { rank: 1, alpha: 1, targets: ['query'] },
  });
  await engine.dispose();
  return engine.description.note;
}
