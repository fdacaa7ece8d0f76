import { readBatchTensor } from '#functions/exchange/batch-tensors.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { exampleCount, type TokenExamples, targetsOf } from '#shared/data/example-set.ts';
import { miniBatch } from '#shared/data/mini-batch.ts';
import type { Shard } from '#shared/data/shard.ts';
import { nextTokens } from '#shared/data/text/next-tokens.ts';
import { ProtocolError } from '#shared/errors.ts';
import type { Head } from '#shared/model/head/head.ts';
import { headPass } from '#shared/model/head/head-pass.ts';
import { normalizedStep } from '#shared/model/head/head-update.ts';
import type { LanguageHead } from '#shared/model/language/language-head.ts';
import { languagePass, NO_TARGET } from '#shared/model/language/language-pass.ts';
import type { StoredTensors } from '#shared/model/safetensors/stored-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { headWork, vocabularyWork } from '#shared/workload/work.ts';

/** Loss of a device's head on its mini-batch, and the gradients. */
export interface HeadStep {
  readonly loss: number;
  /** Number of correct predictions among `predictions`. */
  readonly correct: number;
  /** Number of examples, or of predicted tokens in a language task. */
  readonly predictions: number;
  readonly gradients: NamedTensors;
  readonly featureGradient: Tensor;
  /** The head's step size for a learning rate; 0 if the head is not trained. */
  readonly step: (learningRate: number) => number;
}

/** What a device's handler loads for its part of a round. */
export interface LoadedBatch {
  readonly record: RunRecord;
  readonly round: number;
  readonly device: number;
  readonly shard: Shard;
  readonly head: Head;
  /** The head of the pre-trained language model; undefined for other tasks. */
  readonly languageHead: LanguageHead | undefined;
  /** The payload with the features. */
  readonly payload: StoredTensors;
}

/** Runs a device's head on the features of its mini-batch. */
export async function headStep(ports: FunctionPorts, batch: LoadedBatch): Promise<HeadStep> {
  const { record, round, device, shard } = batch;
  const { seed, training } = record.config;
  const rows = miniBatch(seed, round, device, exampleCount(shard.examples), training.batchSize);
  return record.finalNorm === undefined ? exampleStep(ports, batch, rows) : tokenStep(ports, batch, rows);
}

async function exampleStep(
  ports: FunctionPorts,
  { record, device, shard: { examples }, head, payload }: LoadedBatch,
  rows: Int32Array,
): Promise<HeadStep> {
  const shape = [rows.length, record.hiddenSize];
  const features = readBatchTensor(payload, 'features', shape, `features for device ${device}`);
  const targets = targetsOf(examples, rows);
  const { result } = await ports.telemetry.measure(headWork(parametersOf(head), rows.length), () =>
    headPass(head, features, targets),
  );
  const isScored = !(targets instanceof Int32Array);
  return {
    ...result,
    predictions: rows.length,
    step: (learningRate) => (isScored ? normalizedStep(learningRate, features) : learningRate),
  };
}

async function tokenStep(
  ports: FunctionPorts,
  { record, device, shard, head, languageHead, payload }: LoadedBatch,
  rows: Int32Array,
): Promise<HeadStep> {
  if (languageHead === undefined) {
    throw new ProtocolError('holds no head of a language model.', { subject: 'device part of the model' });
  }
  const targets = nextTokens(tokensOf(shard), rows);
  const shape = [targets.length, record.hiddenSize];
  const states = readBatchTensor(payload, 'features', shape, `features for device ${device}`);
  const { width, vocabulary } = languageHead.product;
  const predicted = targets.reduce((count, target) => count + (target === NO_TARGET ? 0 : 1), 0);
  const { result } = await ports.telemetry.measure(
    vocabularyWork(width * vocabulary, predicted, rows.length, record.config.head.train === 'all'),
    () => languagePass(languageHead, head.parameters, states, targets),
  );
  const isTrained = record.config.head.train !== 'none';
  return {
    ...result,
    predictions: result.count,
    step: (learningRate) => (isTrained ? learningRate : 0),
  };
}

function parametersOf({ parameters }: Head): number {
  return [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}

function tokensOf({ examples }: Shard): TokenExamples {
  if (examples.kind === 'tokens') return examples;
  throw new ProtocolError(`holds ${examples.kind} in place of tokens.`, { subject: 'shard' });
}
