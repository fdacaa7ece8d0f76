import { describe, expect, it } from 'vitest';
import { requireFeatures, requireTrainable } from '#shared/model/features.ts';
import { loraModules } from '#shared/model/lora/lora-modules.ts';
import { initialLora, loraShapes, requireLora } from '#shared/model/lora/lora-parameters.ts';
import { DEFAULT_TARGETS } from '#shared/model/lora/settings.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { thrownLine } from '#test/support/thrown.ts';
import { TINY_BERT, tinyBertTensors } from '#test/support/tiny-bert.ts';

const settings = { rank: 2, alpha: 4, targets: ['pooler.dense', 'value', 'query'] };

describe('LoRA tensors', () => {
  it('come layer by layer, query before value before the pooler, A before B, for any order of targets', () => {
    const modules = [
      'encoder.layer.0.attention.self.query',
      'encoder.layer.0.attention.self.value',
      'encoder.layer.1.attention.self.query',
      'encoder.layer.1.attention.self.value',
      'pooler.dense',
    ];
    expect(loraModules(TINY_BERT, settings).map((module) => module.name)).toEqual(modules);
    expect([...loraShapes(TINY_BERT, settings)]).toEqual(
      modules.flatMap((name) => [
        [`${name}.lora_A.weight`, [2, 8]],
        [`${name}.lora_B.weight`, [8, 2]],
      ]),
    );
  });

  it('of BERT-base are 56,832 times the rank, on every target', () => {
    const base = { ...TINY_BERT, hiddenSize: 768, layerCount: 12, headCount: 12 };
    const shapes = loraShapes(base, { rank: 4, alpha: 8, targets: DEFAULT_TARGETS });
    const count = [...shapes.values()].reduce((sum, [rows, columns]) => sum + rows * columns, 0);
    expect(count).toBe(56_832 * 4);
  });

  it('start with B zero and A uniform within 1 / sqrt(inputs), the same for the same seed', () => {
    const first = initialLora(TINY_BERT, settings, 7);
    expect(first).toEqual(initialLora(TINY_BERT, settings, 7));
    expect(first).not.toEqual(initialLora(TINY_BERT, settings, 8));
    for (const [name, { data }] of first) {
      if (name.includes('lora_B')) expect(data.every((value) => value === 0)).toBe(true);
      else {
        const largest = Math.max(...data.map(Math.abs));
        expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(8));
        expect(largest).toBeGreaterThan(0.15);
      }
    }
  });

  it('of DoRA start with the magnitudes of the frozen rows, which none may lack', () => {
    const dora = { ...settings, dora: true };
    const frozen = tinyBertTensors();
    const lora = initialLora(TINY_BERT, dora, 7, frozen);
    expect([...lora.keys()]).toEqual([...loraShapes(TINY_BERT, dora).keys()]);
    const name = 'encoder.layer.1.attention.self.query';
    const weight = frozen.get(`${name}.weight`)?.data ?? new Float32Array();
    const lengths = Float32Array.from({ length: 8 }, (_, row) =>
      Math.hypot(...weight.subarray(8 * row, 8 * row + 8)),
    );
    const magnitude = lora.get(`${name}.lora_magnitude_vector`)?.data ?? new Float32Array();
    for (const [row, length] of lengths.entries()) expect(magnitude[row]).toBeCloseTo(length, 6);
    weight.fill(0, 24, 32);
    expect(thrownLine(() => initialLora(TINY_BERT, dora, 7, frozen))).toMatch(
      new RegExp(`tensor ${name}\\.weight: row 3 is zero and has no direction.*lora\\.dora=false`),
    );
  });

  it('are refused in time for a pattern that never ends', () => {
    const rankPattern = { '(.*)*(.*)*!': 4 };
    expect(thrownLine(() => loraModules(TINY_BERT, { ...settings, rankPattern }))).toMatch(
      /^setting lora\.rankPattern: "\(\.\*\)\*\(\.\*\)\*!" takes too long to match the names of layers\./,
    );
  });

  it('are checked by name and shape and put into order', () => {
    const lora = initialLora(TINY_BERT, settings, 7);
    const shuffled = new Map([...lora].reverse());
    expect([...requireLora(TINY_BERT, settings, shuffled, 'x').keys()]).toEqual([...lora.keys()]);
    const without = new Map([...lora].slice(1));
    expect(thrownLine(() => requireLora(TINY_BERT, settings, without, 'adapter'))).toMatch(
      /adapter: tensor encoder\.layer\.0\.attention\.self\.query\.lora_A\.weight is missing/,
    );
    const value: Tensor = { shape: [1], data: new Float32Array(1) };
    const more = new Map([...lora, ['encoder.layer.9.lora_A.weight', value]]);
    expect(thrownLine(() => requireLora(TINY_BERT, settings, more, 'adapter'))).toContain('encoder.layer.9');
  });
});

describe('LoRA settings are refused', () => {
  it.each([
    [{ targets: ['qurey'] }, 'Did you mean `query`?'],
    [
      { targets: ['something.else'] },
      'Use any of query, key, value, attention.output.dense, intermediate.dense, pooler.dense, all-linear',
    ],
  ])('for %j', (change, words) => {
    expect(thrownLine(() => loraModules(TINY_BERT, { ...settings, ...change }))).toContain(words);
  });

  it('when they adapt a pooler that the features do not pass', () => {
    expect(thrownLine(() => requireTrainable('mean', TINY_BERT, settings))).toContain('pooler.dense');
    expect(() => requireTrainable('pooled', TINY_BERT, settings)).not.toThrow();
  });

  it('when pooled features are asked of a model without a pooler', () => {
    const noPooler = { config: TINY_BERT, tensors: new Map() };
    expect(thrownLine(() => requireFeatures('pooled', noPooler))).toContain('setting features');
    expect(() => requireFeatures('mean', noPooler)).not.toThrow();
  });
});
