import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '#shared/model/engine/onnx/onnx-engine.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { type CaseShape, type EncoderCase, encoderCase } from '#test/support/encoder-cases.ts';
import { type Doubles, ReferenceEncoder } from '#test/support/reference-encoder.ts';
import { relativeError } from '#test/support/relative-error.ts';

const SHAPE: CaseShape = {
  family: 'bert',
  layers: 2,
  heads: 2,
  headWidth: 4,
  intermediate: 12,
  rank: 2,
  targets: ['query', 'key', 'value'],
  features: 'first-token',
  lengths: [5, 3, 1],
  seed: 7,
};

const DECODER: CaseShape = { ...SHAPE, targets: ['all-linear'] };

const SHAPES: readonly (readonly [string, CaseShape])[] = [
  ['BERT, first token', SHAPE],
  ['BERT, pooled', { ...SHAPE, features: 'pooled', targets: [...SHAPE.targets, 'pooler.dense'] }],
  ['BERT, mean', { ...SHAPE, features: 'mean' }],
  ['BERT, all dense layers', { ...SHAPE, targets: ['all-linear'] }],
  ['BERT, ranks that differ', { ...SHAPE, targets: ['all-linear'], features: 'mean', isUneven: true }],
  ['BERT, DoRA', { ...SHAPE, hasDora: true }],
  ['BERT, DoRA on all dense layers', { ...SHAPE, targets: ['all-linear'], features: 'mean', hasDora: true }],
  [
    'BERT, DoRA on the pooler',
    { ...SHAPE, features: 'pooled', targets: ['pooler.dense'], hasDora: true, isUneven: false },
  ],
  ['BERT, last token', { ...SHAPE, targets: ['all-linear'], features: 'last-token' }],
  ['BERT, one feed-forward layer', { ...SHAPE, targets: ['0.output.dense'] }],
  ['GPT-2, last token', { ...DECODER, family: 'gpt2', features: 'last-token' }],
  ['GPT-2, every token', { ...DECODER, family: 'gpt2', features: 'tokens' }],
  ['GPT-2, DoRA', { ...DECODER, family: 'gpt2', features: 'last-token', hasDora: true }],
  ['Llama, DoRA', { ...DECODER, family: 'llama', features: 'last-token', isUneven: true, hasDora: true }],
  ['ModernBERT, DoRA', { ...DECODER, family: 'modernbert', hasDora: true }],
  ['GPT-2, mean', { ...DECODER, family: 'gpt2', targets: ['c_attn'], features: 'mean' }],
  ['Llama, last token', { ...DECODER, family: 'llama', features: 'last-token', isUneven: true }],
  ['Llama, mean', { ...DECODER, family: 'llama', targets: ['key', '1.mlp.up_proj'], features: 'mean' }],
  ['Llama, every token', { ...DECODER, family: 'llama', features: 'tokens', isUneven: true }],
  ['Qwen 3, last token', { ...DECODER, family: 'qwen3', features: 'last-token' }],
  ['ModernBERT, first token', { ...DECODER, family: 'modernbert' }],
  ['ModernBERT, last token', { ...DECODER, family: 'modernbert', features: 'last-token' }],
  ['ModernBERT, mean', { ...DECODER, family: 'modernbert', features: 'mean' }],
  ['ViT, first token', { ...SHAPE, family: 'vit' }],
  ['ViT, pooled', { ...SHAPE, family: 'vit', features: 'pooled', targets: ['value', 'pooler.dense'] }],
  ['ViT, mean', { ...SHAPE, family: 'vit', features: 'mean' }],
  ['ViT, all dense layers', { ...SHAPE, family: 'vit', targets: ['all-linear'] }],
];

const STEP = 1e-5;

/** A loss with the case's feature gradient: the inner product of features and gradient. */
function loss(
  reference: ReferenceEncoder,
  { batch, gradient }: EncoderCase,
  lora: Doubles,
  fixed: Doubles,
): number {
  const [, hidden] = gradient.shape;
  return reference
    .features(batch, lora, fixed)
    .reduce((sum, row, b) => row.reduce((s, value, i) => s + value * gradient.data[b * hidden + i], sum), 0);
}

/** Central differences in double precision for every LoRA value. */
function numericalGradients(
  reference: ReferenceEncoder,
  sample: EncoderCase,
): ReadonlyMap<string, Float32Array> {
  const [lora, fixed] = [sample.lora, sample.lora].map(
    (tensors) => new Map([...tensors].map(([name, { data }]) => [name, Float64Array.from(data)])),
  );
  return new Map(
    [...lora].map(([name, values]) => {
      const slopes = Float32Array.from(values, (value, i) => {
        values[i] = value + STEP;
        const above = loss(reference, sample, lora, fixed);
        values[i] = value - STEP;
        const below = loss(reference, sample, lora, fixed);
        values[i] = value;
        return (above - below) / (2 * STEP);
      });
      return [name, slopes];
    }),
  );
}

describe.each(SHAPES)('%s', (_, shape) => {
  const sample = encoderCase(shape);
  const options = { features: sample.features, lora: sample.settings };
  const reference = new ReferenceEncoder(sample.server, sample.features, sample.settings);
  const doubles = new Map([...sample.lora].map(([name, { data }]) => [name, Float64Array.from(data)]));
  const features = Float32Array.from(reference.features(sample.batch, doubles).flatMap((row) => [...row]));
  const slopes = numericalGradients(reference, sample);

  it.each([
    ['onnx', () => createOnnxEngine(sample.server, options)],
    ['tfjs', () => createTfjsEngine(sample.server, { ...options, backend: 'wasm' as const })],
  ])('%s gives the features and central differences of a double precision encoder', async (_name, make) => {
    const engine = await make();
    const pass = await engine.forward(sample.batch, sample.lora);
    expect(relativeError(pass.features.data, features)).toBeLessThanOrEqual(1e-5);
    const gradients = await pass.backward(sample.gradient);
    pass.release();
    expect([...gradients.keys()]).toEqual([...slopes.keys()]);
    for (const [name, slope] of slopes) {
      const found = gradients.get(name)?.data ?? new Float32Array();
      expect(relativeError(found, slope), name).toBeLessThanOrEqual(1e-4);
    }
    await engine.dispose();
  });
});
