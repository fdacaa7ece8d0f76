import { describe, expect, it } from 'vitest';
import { joinsExactly } from '#shared/model/engine/onnx/spec/run-limits.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';

const MINILM = { ...TINY_BERT, hiddenSize: 384, intermediateSize: 1536, headCount: 12 };

describe('batches of several devices', () => {
  it('are joined on a processor for models as they are, with LoRA as narrow as it is', () => {
    expect(joinsExactly('cpu', MINILM, 8)).toBe(true);
    expect(joinsExactly('cpu', { ...MINILM, hiddenSize: 768, intermediateSize: 3072 }, 16)).toBe(true);
  });

  it.each([
    ['a width that leaves part of a vector register', { ...MINILM, intermediateSize: 1530 }, 8],
    ['heads too wide for one block of a sum', { ...MINILM, headCount: 2 }, 8],
    ['a single column', MINILM, 1],
    ['columns that threads share', MINILM, 17],
  ])('run apart with %s', (_, config, rank) => {
    expect(joinsExactly('cpu', config, rank)).toBe(false);
  });

  it('run apart on graphics cards', () => {
    expect(joinsExactly('cuda', MINILM, 8)).toBe(false);
    expect(joinsExactly('webgpu', MINILM, 8)).toBe(false);
  });
});
