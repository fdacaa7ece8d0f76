import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NormForm } from '#shared/model/language/final-norm.ts';
import { languagePass, languageScore, NO_TARGET } from '#shared/model/language/language-pass.ts';
import { VocabularyProduct } from '#shared/model/language/product/vocabulary-product.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { inputCount } from '#test/support/input-count.ts';
import { relativeError } from '#test/support/relative-error.ts';
import { randomTensor } from '#test/support/tiny-bert.ts';

const problems = fc
  .record({
    kind: fc.constantFrom<NormForm['kind']>('layer', 'rms'),
    tokens: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 2, max: 37 }),
    vocabulary: fc.integer({ min: 2, max: 300 }),
    seed: fc.integer({ min: 1, max: 1000 }),
  })
  .map(({ kind, tokens, width, vocabulary, seed }) => {
    const tensors = kind === 'layer' ? ['norm.weight', 'norm.bias'] : ['norm.weight'];
    const pretrained = new Map(
      tensors.map((name, index): [string, Tensor] => [name, randomTensor([width], seed + index)]),
    );
    const norm: NormForm = { kind, epsilon: 1e-5, tensors };
    const matrix = randomTensor([vocabulary, width], seed + 5);
    // The first token always has a target.
    const targets = Int32Array.from({ length: tokens }, (_, token) =>
      token > 0 && (token + seed) % 3 === 0 ? NO_TARGET : (token * 31 + seed) % vocabulary,
    );
    return {
      head: { norm, pretrained, product: new VocabularyProduct(matrix) },
      matrix,
      states: randomTensor([tokens, width], seed + 9),
      targets,
    };
  });

type Problem = typeof problems extends fc.Arbitrary<infer Value> ? Value : never;

/** The loss from its definition, in double precision. */
function definedLoss(
  { head: { norm }, matrix, targets }: Problem,
  parameters: NamedTensors,
  states: Float64Array,
): number {
  const [vocabulary, width] = matrix.shape;
  const [weight, bias] = norm.tensors.map((name) => parameters.get(name)?.data);
  const losses: number[] = [];
  targets.forEach((target, token) => {
    if (target === NO_TARGET) return;
    const row = states.subarray(token * width, (token + 1) * width);
    const mean = norm.kind === 'layer' ? row.reduce((sum, value) => sum + value, 0) / width : 0;
    const square = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const normed = row.map(
      (value, i) =>
        ((value - mean) / Math.sqrt(square + norm.epsilon)) * (weight?.[i] ?? 0) + (bias?.[i] ?? 0),
    );
    const logits = Array.from({ length: vocabulary }, (_, id) =>
      normed.reduce((sum, value, i) => sum + value * matrix.data[id * width + i], 0),
    );
    const largest = Math.max(...logits);
    losses.push(
      Math.log(logits.reduce((sum, value) => sum + Math.exp(value - largest), 0)) + largest - logits[target],
    );
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const STEP = 1e-4;

describe('the loss of the next tokens', () => {
  it('and its gradients are those of the definition', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { head, states, targets } = problem;
        const found = languagePass(head, head.pretrained, states, targets);
        const doubles = Float64Array.from(states.data);
        expect(found.loss).toBeCloseTo(definedLoss(problem, head.pretrained, doubles), 4);
        const slopes = doubles.map((value, i) => {
          const at = (changed: number) => {
            const moved = doubles.slice();
            moved[i] = changed;
            return definedLoss(problem, head.pretrained, moved);
          };
          return (at(value + STEP) - at(value - STEP)) / (2 * STEP);
        });
        const { data } = found.featureGradient;
        // Gradients may be small by cancellation, so the error is also compared with a fixed size.
        expect(
          Math.min(
            relativeError(data, Float32Array.from(slopes)),
            Math.max(...data.map((value, i) => Math.abs(value - slopes[i]))),
          ),
        ).toBeLessThan(1e-3);
      }),
      { numRuns: inputCount(40) },
    );
  });

  it('has the same bits for a token with any other tokens in the same call', () => {
    fc.assert(
      fc.property(problems, ({ head, states, targets }) => {
        const [, width] = states.shape;
        const whole = languageScore(head, head.pretrained, states, targets);
        let sum = 0;
        targets.forEach((target, token) => {
          if (target === NO_TARGET) return;
          const alone = { shape: [1, width], data: states.data.slice(token * width, (token + 1) * width) };
          sum += languageScore(head, head.pretrained, alone, Int32Array.of(target)).lossSum;
        });
        expect(sum).toBe(whole.lossSum);
      }),
      { numRuns: inputCount(40) },
    );
  });

  it('leaves the hidden states without a target out', () => {
    fc.assert(
      fc.property(problems, ({ head, states, targets }) => {
        const [, width] = states.shape;
        const { featureGradient, count } = languagePass(head, head.pretrained, states, targets);
        expect(count).toBe(targets.filter((target) => target !== NO_TARGET).length);
        targets.forEach((target, token) => {
          if (target !== NO_TARGET) return;
          const row = featureGradient.data.subarray(token * width, (token + 1) * width);
          expect(row.every((value) => value === 0)).toBe(true);
        });
      }),
      { numRuns: inputCount(40) },
    );
  });
});
