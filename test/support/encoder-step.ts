import { expect } from 'vitest';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';
import type { EncoderCase } from './encoder-cases.ts';
import { relativeError } from './relative-error.ts';

/** The results of one forward and one backward pass of an encoder. */
export interface EncoderStep {
  readonly features: Tensor;
  readonly gradients: NamedTensors;
}

/** One step of a case, batched with other cases if any are given. The engine is disposed. */
export async function encoderStep(
  engine: EncoderEngine,
  { batch, lora, gradient }: EncoderCase,
  others: readonly EncoderCase[] = [],
): Promise<EncoderStep> {
  try {
    const passes = await engine.forwardBatched([...others.map((other) => other.batch), batch], lora);
    const pass = passes[others.length];
    const gradients = await pass.backward(gradient);
    for (const each of passes) each.release();
    return { features: pass.features, gradients };
  } finally {
    await engine.dispose();
  }
}

const TOLERANCE = 1e-4;

/**
 * Largest rounding error of a gradient that is small, or zero in theory, because larger ones cancel in it
 * (that of queries and keys), as a fraction of the largest gradient, or of one if that is smaller.
 */
const NEGLIGIBLE = 1e-5;

/** Relative change of an embedding by about one unit in its last place (32-bit floats). */
const ROUNDING = 2 ** -23;

/** Largest difference of two engines, as a multiple of the effect of such changes. */
const ROUNDINGS = 8;

/**
 * Expects two engines' steps of a case to agree to 1e-4. Where they do not, the case may be badly
 * conditioned: the difference is then held to 8 times the one that a relative change of 2^-23 of the
 * embeddings makes.
 */
export async function expectSameStep(
  actual: EncoderStep,
  reference: EncoderStep,
  sample: EncoderCase,
): Promise<void> {
  expect(relativeError(actual.features.data, reference.features.data)).toBeLessThanOrEqual(TOLERANCE);
  expect([...actual.gradients.keys()]).toEqual([...reference.gradients.keys()]);
  const negligible = NEGLIGIBLE * scaleOf(reference);
  const differing = [...reference.gradients].filter(([name, { data }]) => {
    const found = dataOf(actual, name);
    const isNegligible = found.length === data.length && largestDifference(found, data) <= negligible;
    return !(isNegligible || relativeError(found, data) <= TOLERANCE);
  });
  if (differing.length === 0) return;
  const [exact, rounded] = [await onnxStep(sample), await onnxStep(withRoundedEmbeddings(sample))];
  for (const [name, { data }] of differing) {
    const allowed = ROUNDINGS * relativeError(dataOf(rounded, name), dataOf(exact, name));
    expect(relativeError(dataOf(actual, name), data), name).toBeLessThanOrEqual(Math.max(TOLERANCE, allowed));
  }
}

async function onnxStep(sample: EncoderCase): Promise<EncoderStep> {
  const { server, features, settings } = sample;
  return encoderStep(await createOnnxEngine(server, { features, lora: settings }), sample);
}

function withRoundedEmbeddings(sample: EncoderCase): EncoderCase {
  const { embeddings } = sample.batch;
  const data = embeddings.data.map((value, i) => value * (i % 2 === 0 ? 1 - ROUNDING : 1 + ROUNDING));
  return { ...sample, batch: { ...sample.batch, embeddings: { ...embeddings, data } } };
}

function dataOf({ gradients }: EncoderStep, name: string): Float32Array {
  return gradients.get(name)?.data ?? new Float32Array();
}

function scaleOf({ gradients }: EncoderStep): number {
  return Math.max(
    1,
    ...[...gradients.values()].map(({ data }) => largestDifference(new Float32Array(data.length), data)),
  );
}

function largestDifference(actual: Float32Array, reference: Float32Array): number {
  return reference.reduce((largest, value, i) => Math.max(largest, Math.abs(value - actual[i])), 0);
}
