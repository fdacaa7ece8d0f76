import { setImmediate } from 'node:timers/promises';
import type { DeviceModel } from '#functions/exchange/device-model.ts';
import { requireFiniteLoss } from '#functions/exchange/require-finite.ts';
import { exampleCount, rowsByLength, type TokenExamples } from '#shared/data/example-set.ts';
import { nextTokens } from '#shared/data/text/next-tokens.ts';
import { ProtocolError } from '#shared/errors.ts';
import type { EmbeddedBatch } from '#shared/model/engine/encoder-engine.ts';
import type { Head } from '#shared/model/head/head.ts';
import { averageHeads } from '#shared/model/head/head-update.ts';
import type { LanguageHead } from '#shared/model/language/language-head.ts';
import { languageScore, type TokenScore } from '#shared/model/language/language-pass.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { TensorMean } from '#shared/model/tensor-mean.ts';
import type { Evaluation } from '#shared/protocol/records.ts';
import { mean } from './mean.ts';

/** Number of sequences in a test batch. */
const TEST_BATCH = 16;

/** Bytes of hidden states that are in memory while the devices' heads are read one after the other. */
const BLOCK_BYTES = 128 * 1024 * 1024;

/** Larger perplexities are recorded as this one. */
const MOST_PERPLEXITY = 1e100;

/** Runs the encoder on a batch; returns the hidden states of every token. */
type Infer = (batch: EmbeddedBatch) => Promise<Tensor>;

/** A batch of the test set. */
interface TestBatch {
  /** [tokens, width] */
  readonly states: Tensor;
  /** Token after each position. */
  readonly targets: Int32Array;
}

/**
 * Scores a language model on the test set, batch by batch, with one head, whose final norm is the average of
 * the devices' final norms. Testing every device's head would be slow, because one product with the output
 * matrix takes as much work as a small encoder.
 */
export async function scoreLanguage(
  model: DeviceModel,
  examples: TokenExamples,
  heads: readonly Head[],
  infer: Infer,
): Promise<Omit<Evaluation, 'rounds'>> {
  const head = headOf(model);
  const parameters = averageHeads(heads);
  const total = new ScoreSum();
  for await (const { states, targets } of testBatches(model, examples, infer)) {
    total.add(languageScore(head, parameters, states, targets));
  }
  const { loss, accuracy, tokens } = total;
  requireFiniteLoss('the test loss', loss);
  return {
    ...WITHOUT_LABELS,
    examples: exampleCount(examples),
    deviceAccuracy: [],
    deviceLoss: [],
    accuracy,
    loss,
    language: { perplexity: perplexityOf(loss), tokens },
  };
}

/**
 * Scores a language model whose devices train the output matrix: each device's own head on the whole test
 * set, and one head that is the average of all heads. The encoder runs once for all heads. A few heads are in
 * memory at a time, because each has a matrix of its own.
 *
 * @param heads Reads the heads in the order of the devices. It is called for each part of the test set. The
 *   heads of devices without a head of their own are the same object, which is scored once.
 */
export async function scoreOwnLanguageHeads(
  model: DeviceModel,
  examples: TokenExamples,
  heads: () => AsyncIterable<Head>,
  infer: Infer,
): Promise<Omit<Evaluation, 'rounds'>> {
  const head = headOf(model);
  const own: ScoreSum[] = [];
  const ofAverage = new ScoreSum();
  let average: NamedTensors | undefined;
  for await (const block of blocksOf(testBatches(model, examples, infer))) {
    const known = new WeakMap<Head, readonly TokenScore[]>();
    const sum = new TensorMean();
    let device = 0;
    for await (const one of heads()) {
      const scores = known.get(one) ?? (await scoreBlock(head, one.parameters, block));
      known.set(one, scores);
      own[device] ??= new ScoreSum();
      for (const score of scores) own[device].add(score);
      if (average === undefined) sum.add(one.parameters);
      device++;
    }
    average ??= sum.mean();
    for (const score of await scoreBlock(head, average, block)) ofAverage.add(score);
  }
  for (const [device, { loss }] of own.entries()) {
    requireFiniteLoss(`the test loss of device ${device}`, loss, 'head');
  }
  requireFiniteLoss('the test loss of the averaged head', ofAverage.loss, 'head');
  const loss = mean(own.map((score) => score.loss));
  return {
    ...WITHOUT_LABELS,
    examples: exampleCount(examples),
    deviceAccuracy: own.map(({ accuracy }) => accuracy),
    deviceLoss: own.map((score) => score.loss),
    accuracy: mean(own.map(({ accuracy }) => accuracy)),
    loss,
    language: {
      perplexity: perplexityOf(loss),
      tokens: ofAverage.tokens,
      averagedHeadPerplexity: perplexityOf(ofAverage.loss),
    },
    averagedHeadAccuracy: ofAverage.accuracy,
  };
}

/** Figures that only classes have. */
const WITHOUT_LABELS = {
  chance: null,
  ownMixDevices: 0,
  ownMixAccuracy: null,
  ownMixChance: null,
  averagedHeadAccuracy: null,
} as const;

/** The scores of several batches, added up. */
class ScoreSum {
  #lossSum = 0;
  #correct = 0;
  #tokens = 0;

  add({ lossSum, correct, count }: TokenScore): void {
    this.#lossSum += lossSum;
    this.#correct += correct;
    this.#tokens += count;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Mean loss of the predicted tokens. */
  get loss(): number {
    return this.#lossSum / this.#tokens;
  }

  get accuracy(): number {
    return this.#correct / this.#tokens;
  }
}

function headOf({ languageHead }: DeviceModel): LanguageHead {
  if (languageHead !== undefined) return languageHead;
  throw new ProtocolError('holds no head of a language model.', { subject: 'device part of the model' });
}

async function* testBatches(
  { embedding }: DeviceModel,
  examples: TokenExamples,
  infer: Infer,
): AsyncGenerator<TestBatch> {
  const order = rowsByLength(examples);
  for (let begin = 0; begin < order.length; begin += TEST_BATCH) {
    const rows = order.subarray(begin, begin + TEST_BATCH);
    const states = await infer(embedding.embed(examples, rows));
    yield { states, targets: nextTokens(examples, rows) };
  }
}

/** Collects batches up to the bytes of a block, at least one. */
async function* blocksOf(batches: AsyncIterable<TestBatch>): AsyncGenerator<readonly TestBatch[]> {
  let block: TestBatch[] = [];
  let bytes = 0;
  for await (const batch of batches) {
    block.push(batch);
    bytes += batch.states.data.byteLength;
    if (bytes < BLOCK_BYTES) continue;
    yield block;
    block = [];
    bytes = 0;
  }
  if (block.length > 0) yield block;
}

/** Scores the batches of a block. Between them the process handles other events, such as heartbeats. */
async function scoreBlock(
  head: LanguageHead,
  parameters: NamedTensors,
  block: readonly TestBatch[],
): Promise<readonly TokenScore[]> {
  const scores: TokenScore[] = [];
  for (const { states, targets } of block) {
    scores.push(languageScore(head, parameters, states, targets));
    await setImmediate();
  }
  return scores;
}

function perplexityOf(loss: number): number {
  return Math.min(Math.exp(loss), MOST_PERPLEXITY);
}
