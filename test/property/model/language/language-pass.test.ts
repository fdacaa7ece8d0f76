import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NormForm, OUTPUT_MATRIX } from '#shared/model/language/final-norm.ts';
import { languagePass, languageScore, NO_TARGET } from '#shared/model/language/language-pass.ts';
import { VocabularyProduct } from '#shared/model/language/vocabulary-product.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import { inputCount } from '#test/support/input-count.ts';
import { relativeError } from '#test/support/relative-error.ts';
import { randomTensor } from '#test/support/tiny-bert.ts';

const problemsOf = (tokenCounts: fc.Arbitrary<number>) =>
  fc
    .record({
      kind: fc.constantFrom<NormForm['kind']>('layer', 'rms'),
      tokens: tokenCounts,
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

const problems = problemsOf(fc.integer({ min: 1, max: 9 }));
/** A product handles at most 64 tokens at a time. */
const longProblems = problemsOf(fc.integer({ min: 1, max: 140 }));

type Problem = typeof problems extends fc.Arbitrary<infer Value> ? Value : never;

/** A token to predict: the rows after the norm, and the logits less the largest one. */
interface Predicted {
  readonly target: number;
  readonly normed: Float64Array;
  readonly shifted: readonly number[];
}

/** The predicted tokens from the definition, in double precision. */
function defined(
  { head: { norm }, matrix, targets }: Problem,
  parameters: NamedTensors,
  states: Float64Array,
): readonly Predicted[] {
  const [vocabulary, width] = matrix.shape;
  const [weight, bias] = norm.tensors.map((name) => parameters.get(name)?.data);
  return [...targets].flatMap((target, token) => {
    if (target === NO_TARGET) return [];
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
    return [{ target, normed, shifted: logits.map((value) => value - largest) }];
  });
}

/** Sum of the exponentials of a token's logits. */
function powerSum({ shifted }: Predicted): number {
  return shifted.reduce((sum, value) => sum + Math.exp(value), 0);
}

/** The loss from its definition, in double precision. */
function definedLoss(problem: Problem, parameters: NamedTensors, states: Float64Array): number {
  const tokens = defined(problem, parameters, states);
  const losses = tokens.map((token) => Math.log(powerSum(token)) - token.shifted[token.target]);
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** Gradient of that loss at the matrix: the mean of (softmax - onehot) times the normed row. */
function definedMatrixGradient(problem: Problem, parameters: NamedTensors): Float32Array {
  const [vocabulary, width] = problem.matrix.shape;
  const tokens = defined(problem, parameters, Float64Array.from(problem.states.data));
  const gradient = new Float64Array(vocabulary * width);
  for (const token of tokens) {
    const sum = powerSum(token);
    token.shifted.forEach((value, id) => {
      const coefficient = Math.exp(value) / sum - (id === token.target ? 1 : 0);
      token.normed.forEach((of, i) => {
        gradient[id * width + i] += (coefficient * of) / tokens.length;
      });
    });
  }
  return Float32Array.from(gradient);
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

  it('has the gradient of the definition at a matrix of the device, and no other one', () => {
    fc.assert(
      fc.property(longProblems, (problem) => {
        const { head, matrix, states, targets } = problem;
        const other = { ...head, product: new VocabularyProduct(randomTensor(matrix.shape, 77)) };
        const parameters = new Map([...head.pretrained, [OUTPUT_MATRIX, matrix] as const]);
        const frozen = languagePass(head, head.pretrained, states, targets);
        const found = languagePass(other, parameters, states, targets);
        const { [OUTPUT_MATRIX]: gradient, ...ofNorm } = Object.fromEntries(found.gradients);
        expect({ ...found, gradients: new Map(Object.entries(ofNorm)) }).toEqual(frozen);
        expect(gradient.shape).toEqual(matrix.shape);
        const expected = definedMatrixGradient(problem, head.pretrained);
        expect(relativeError(gradient.data, expected)).toBeLessThan(1e-5);
        expect(languageScore(other, parameters, states, targets).lossSum).toBe(frozen.lossSum);
      }),
      { numRuns: inputCount(60) },
    );
  });

  it('has the slopes of the loss as its gradient at the matrix', () => {
    fc.assert(
      fc.property(problems, fc.nat(), (problem, place) => {
        const { head, states } = problem;
        const { shape, data: drawn } = problem.matrix;
        const at = place % drawn.length;
        // A power of two as the step, so that the changed values have no rounding errors of their own.
        const step = 2 ** -9;
        const value = Math.round(drawn[at] / step) * step;
        const matrix = { shape, data: drawn.with(at, value) };
        const doubles = Float64Array.from(states.data);
        const lossAt = (value: number) => {
          const changed = { shape, data: drawn.with(at, value) };
          return definedLoss({ ...problem, matrix: changed }, head.pretrained, doubles);
        };
        const slope = (lossAt(value + step) - lossAt(value - step)) / (2 * step);
        const parameters = new Map([...head.pretrained, [OUTPUT_MATRIX, matrix] as const]);
        const { gradients } = languagePass(head, parameters, states, problem.targets);
        expect(gradients.get(OUTPUT_MATRIX)?.data[at]).toBeCloseTo(slope, 4);
      }),
      { numRuns: inputCount(60) },
    );
  });

  it('adds up the gradient at the matrix to the same bits, in calls with any number of tokens', () => {
    fc.assert(
      fc.property(
        longProblems,
        fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }),
        ({ head: { product }, matrix, states }, sizes) => {
          const [vocabulary, width] = matrix.shape;
          const count = states.data.length / width;
          const coefficients = randomTensor([count, vocabulary], 3).data;
          const sumOf = (sizes: readonly number[]) => {
            const sum = new Float32Array(vocabulary * width);
            for (let begin = 0, call = 0; begin < count; call++) {
              const end = Math.min(count, begin + sizes[call % sizes.length]);
              const [given, rows] = [
                coefficients.subarray(begin * vocabulary, end * vocabulary),
                states.data.subarray(begin * width, end * width),
              ];
              product.addMatrixGradient(given, rows, sum);
              begin = end;
            }
            return sum;
          };
          expect(sumOf(sizes)).toEqual(sumOf([1]));
        },
      ),
      { numRuns: inputCount(60) },
    );
  });
});
