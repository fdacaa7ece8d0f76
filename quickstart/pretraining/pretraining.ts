import type { TextTokenizer } from '#shared/data/text/tokenizer.ts';
import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';
import { initialOptimizerState, optimizerStep } from '#shared/model/optimizer/optimizer.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { initialWeights } from './initial-weights.ts';
import { lossGradient } from './loss-gradient.ts';
import { maskedBatch } from './masked-batch.ts';
import type { PretrainingSettings } from './settings.ts';

export interface PretrainingStep {
  /** Number of finished steps, from 1. */
  readonly step: number;
  readonly wordLoss: number;
  readonly summaryLoss: number;
  /** Weights after the step, including the pre-training layers (`cls.`). */
  readonly weights: NamedTensors;
}

/**
 * Pre-trains the model on synthetic text, one step per iteration. The task is to predict masked words from
 * their positions and from the pooled output. The same settings on the same backend give identical bits. A
 * TensorFlow.js backend must be selected before the call.
 */
export async function* pretraining(
  config: BertConfig,
  tokenizer: TextTokenizer,
  settings: PretrainingSettings,
): AsyncGenerator<PretrainingStep> {
  let weights = initialWeights(config, settings.seed, settings.initialDeviation);
  const optimizer = {
    kind: 'adamw',
    learningRate: 0,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
  } as const;
  let state = initialOptimizerState(optimizer, weights);
  for (let done = 0; done < settings.steps; done++) {
    const batch = maskedBatch(settings, tokenizer, done);
    const { wordLoss, summaryLoss, gradients } = await lossGradient(config, weights, batch);
    const next = optimizerStep(
      { ...optimizer, learningRate: learningRate(settings, done) },
      weights,
      clipped(gradients, settings.gradientNorm),
      state,
    );
    weights = next.parameters;
    state = next.state;
    yield { step: done + 1, wordLoss, summaryLoss, weights };
  }
}

/** Linear warm-up, then linear decay to zero. */
function learningRate(
  { learningRate: highest, warmupSteps, steps }: PretrainingSettings,
  done: number,
): number {
  return highest * Math.min(1, (done + 1) / warmupSteps) * (1 - done / steps);
}

/** Gradients scaled down to a Euclidean norm of at most `limit`. */
function clipped(gradients: NamedTensors, limit: number): NamedTensors {
  let squares = 0;
  for (const { data } of gradients.values()) for (const value of data) squares += value * value;
  const scale = Math.min(1, limit / Math.sqrt(squares));
  return new Map(
    [...gradients].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value * scale) },
    ]),
  );
}
