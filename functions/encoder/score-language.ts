import type { DeviceModel } from '#functions/exchange/device-model.ts';
import { requireFiniteLoss } from '#functions/exchange/require-finite.ts';
import { exampleCount, rowsByLength, type TokenExamples } from '#shared/data/example-set.ts';
import { nextTokens } from '#shared/data/text/next-tokens.ts';
import { ProtocolError } from '#shared/errors.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { Head } from '#shared/model/head/head.ts';
import { averageHeads } from '#shared/model/head/head-update.ts';
import { languageScore } from '#shared/model/language/language-pass.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import type { Evaluation } from '#shared/protocol/records.ts';

/** Number of sequences in a test batch. */
const TEST_BATCH = 16;

/** Larger perplexities are recorded as this one. */
const MOST_PERPLEXITY = 1e100;

/**
 * Scores a language model on the test set, batch by batch, with one head, whose final norm is the average of
 * the devices' final norms. Testing every device's head would be slow, because one product with the output
 * matrix takes as much work as a small encoder.
 *
 * @param infer Runs the encoder on a batch; returns the hidden states of every token.
 */
export async function scoreLanguage(
  model: DeviceModel,
  examples: TokenExamples,
  heads: readonly Head[],
  infer: (batch: EmbeddedBatch) => Promise<Tensor>,
): Promise<Omit<Evaluation, 'rounds'>> {
  const { embedding, languageHead } = model;
  if (languageHead === undefined) {
    throw new ProtocolError('holds no head of a language model.', { subject: 'device part of the model' });
  }
  const parameters = averageHeads(heads);
  const order = rowsByLength(examples);
  let lossSum = 0;
  let correct = 0;
  let tokens = 0;
  for (let begin = 0; begin < order.length; begin += TEST_BATCH) {
    const rows = order.subarray(begin, begin + TEST_BATCH);
    const states = await infer(embedding.embed(examples, rows));
    const score = languageScore(languageHead, parameters, states, nextTokens(examples, rows));
    lossSum += score.lossSum;
    correct += score.correct;
    tokens += score.count;
  }
  const loss = lossSum / tokens;
  requireFiniteLoss('the test loss', loss);
  return {
    examples: exampleCount(examples),
    deviceAccuracy: [],
    deviceLoss: [],
    accuracy: correct / tokens,
    loss,
    chance: null,
    language: { perplexity: Math.min(Math.exp(loss), MOST_PERPLEXITY), tokens },
    ownMixDevices: 0,
    ownMixAccuracy: null,
    ownMixChance: null,
    averagedHeadAccuracy: null,
  };
}
