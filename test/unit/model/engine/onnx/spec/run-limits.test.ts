import { describe, expect, it } from 'vitest';
import type { OnnxProvider } from '#shared/model/engine/onnx/spec/onnx-providers.ts';
import { joinsExactly } from '#shared/model/engine/onnx/spec/run-limits.ts';
import type { BertConfig } from '#shared/model/families/bert/bert-config.ts';
import { describeModel } from '#shared/model/families/registry.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';

const MINILM = { ...TINY_BERT, hiddenSize: 384, intermediateSize: 1536, headCount: 12 };

const joins = (provider: OnnxProvider, config: BertConfig, ...ranks: readonly number[]) =>
  joinsExactly(provider, describeModel(config).layout, ranks);

describe('batches of several devices', () => {
  it('are joined on a processor for models as they are, with LoRA as narrow as it is', () => {
    expect(joins('cpu', MINILM, 8)).toBe(true);
    expect(joins('cpu', { ...MINILM, hiddenSize: 768, intermediateSize: 3072 }, 16)).toBe(true);
  });

  it.each([
    ['a width that leaves part of a vector register', { ...MINILM, intermediateSize: 1530 }, 8],
    ['heads too wide for one block of a sum', { ...MINILM, headCount: 2 }, 8],
    ['a single column', MINILM, 1],
    ['columns that threads share', MINILM, 17],
  ])('run apart with %s', (_, config, rank) => {
    expect(joins('cpu', config, rank)).toBe(false);
  });

  it('run apart if one of several ranks is too wide', () => {
    expect(joins('cpu', MINILM, 8, 17)).toBe(false);
  });

  it('run apart on graphics cards', () => {
    expect(joins('cuda', MINILM, 8)).toBe(false);
    expect(joins('webgpu', MINILM, 8)).toBe(false);
  });
});
