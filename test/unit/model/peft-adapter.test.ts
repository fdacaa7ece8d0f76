import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { loraModules } from '#shared/model/lora/lora-modules.ts';
import { initialLora } from '#shared/model/lora/lora-parameters.ts';
import type { PeftFiles } from '#shared/model/lora/peft-adapter.ts';
import { readPeftAdapter } from '#shared/model/lora/read-peft-adapter.ts';
import { writePeftAdapter } from '#shared/model/lora/write-peft-adapter.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { goldenAdapter } from '#test/support/golden-model.ts';
import { goldenFolder } from '#test/support/reference-data.ts';
import { thrownLine } from '#test/support/thrown.ts';
import { randomTensor, TINY_BERT } from '#test/support/tiny-bert.ts';

const settings = { rank: 2, alpha: 4, targets: ['query', 'value', 'pooler.dense'] };
const tensors = initialLora(TINY_BERT, settings, 3);
const files = writePeftAdapter(TINY_BERT, { settings, tensors }, 'tiny');

function withConfig(change: Readonly<Record<string, unknown>>): PeftFiles {
  const config = { ...JSON.parse(new TextDecoder().decode(files['adapter_config.json'])), ...change };
  return { ...files, 'adapter_config.json': new TextEncoder().encode(JSON.stringify(config)) };
}

/** The adapter with one more tensor, and a config that lists fully trained modules. */
function withTensor(key: string, value: Tensor, modules_to_save: readonly string[] | null): PeftFiles {
  const stored = floatTensors(readSafetensors(files['adapter_model.safetensors'], 'x').tensors, 'x');
  return {
    ...withConfig({ modules_to_save }),
    'adapter_model.safetensors': writeSafetensors(new Map([...stored, [key, value]])),
  };
}

describe('an adapter', () => {
  it('has PEFT keys in its tensors, for the bare model and for task models, and PEFT names in its config', () => {
    const stored = readSafetensors(files['adapter_model.safetensors'], 'x');
    expect([...stored.tensors.keys()].slice(0, 2)).toEqual([
      'base_model.model.encoder.layer.0.attention.self.query.lora_A.weight',
      'base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight',
    ]);
    expect(stored.tensors.size).toBe(2 * tensors.size);
    expect(JSON.parse(new TextDecoder().decode(files['adapter_config.json']))).toMatchObject({
      peft_type: 'LORA',
      r: 2,
      lora_alpha: 4,
      target_modules: ['query', 'value', 'pooler.dense'],
      base_model_name_or_path: 'tiny',
    });
  });

  it.each([
    ['the bare model', (name: string) => !name.includes('.bert.')],
    ['a task model, with the prefix of the model inside', (name: string) => name.includes('.bert.')],
  ])('is read from keys of %s alone', (_, belongs) => {
    const stored = readSafetensors(files['adapter_model.safetensors'], 'x').tensors;
    const kept = new Map([...stored].filter(([name]) => belongs(name)));
    const some = { ...files, 'adapter_model.safetensors': writeSafetensors(kept) };
    expect(readPeftAdapter(TINY_BERT, some, 'adapter')).toEqual({ settings, tensors });
  });

  it.each([
    [
      'the full names of layers',
      [
        'encoder.layer.0.attention.self.query',
        'encoder.layer.1.attention.self.query',
        'encoder.layer.0.attention.self.value',
        'bert.encoder.layer.1.attention.self.value',
        'pooler.dense',
      ],
    ],
    ['a pattern', '.*(query|value|pooler.dense)'],
  ])('whose targets are %s is read', (_, target_modules) => {
    expect(readPeftAdapter(TINY_BERT, withConfig({ target_modules }), 'adapter')).toEqual({
      settings,
      tensors,
    });
  });

  it.each([
    ['QA-LoRA', { use_qalora: true }, 'use_qalora'],
    ['trained biases', { bias: 'all' }, 'bias'],
    [
      'a rank that its tensors do not have',
      { rank_pattern: { query: 4 } },
      'has shape [2, 8], expected [4, 8]',
    ],
    [
      'a pattern that is no regular expression',
      { alpha_pattern: { '(': 4 } },
      'adapter/adapter_config.json: "(" is no regular expression',
    ],
    [
      'a start that changes the weights beneath it',
      { init_lora_weights: 'pissa_niter_4' },
      '"pissa_niter_4" is not an initialisation that keeps the base weights unchanged (true, false, gaussian',
    ],
    ['the start of LoRA-GA, as changing as PiSSA', { init_lora_weights: 'lora_ga' }, '"lora_ga" is not'],
    ['a start that is not known', { init_lora_weights: 'mica' }, '"mica" is not'],
    ['a setting that is not known', { use_fnord: true }, 'use_fnord: is not known'],
    ['biases of its own', { lora_bias: true }, 'lora_bias'],
    ['another method', { peft_type: 'IA3' }, 'peft_type'],
    [
      'tensors beside its targets',
      { target_modules: ['query'] },
      'holds LoRA of encoder.layer.0.attention.self.value',
    ],
    [
      'targets without tensors',
      { target_modules: ['query', 'value', 'key'] },
      'self.key.lora_A.weight is missing',
    ],
  ])('with %s is refused', (_, change, words) => {
    expect(thrownLine(() => readPeftAdapter(TINY_BERT, withConfig(change), 'adapter'))).toContain(words);
  });

  const CATASTROPHIC = '(\\w+\\.?)+!';

  it.each([
    ['a rank', { rank_pattern: { [CATASTROPHIC]: 4 } }],
    ['targets of many choices', { target_modules: `${'(.|.)'.repeat(60)}-` }],
    ['targets with a look-ahead', { target_modules: '(?=(\\w+\\.?)+!).*' }],
    ['exclusions', { exclude_modules: CATASTROPHIC }],
    ['lists of layers', { layers_to_transform: 1, layers_pattern: '([^.]+|.)+' }],
  ])('whose pattern for %s never ends is refused in time', (_, change) => {
    const begunMs = performance.now();
    const line = thrownLine(() => readPeftAdapter(TINY_BERT, withConfig(change), 'adapter'));
    expect(line).toMatch(
      /^adapter\/adapter_config\.json: ".*[".] takes too long to match the names of layers\./,
    );
    expect(performance.now() - begunMs).toBeLessThan(20_000);
  });

  it('whose pattern looks ahead, to exclude an image encoder, is read', () => {
    const change = {
      target_modules: '^(?!.*vision)(?:.*\\.)?(query|value|dense)$',
      exclude_modules: '.*output.*|.*intermediate.*',
    };
    expect(readPeftAdapter(TINY_BERT, withConfig(change), 'adapter')).toEqual({ settings, tensors });
  });

  it('brings the head that PEFT trained beside LoRA', () => {
    const weight = randomTensor([2, 8], 1);
    const withHead = withTensor('base_model.model.classifier.weight', weight, ['classifier', 'score']);
    const savedHead = new Map([['classifier.weight', weight]]);
    expect(readPeftAdapter(TINY_BERT, withHead, 'adapter')).toEqual({ settings, tensors, savedHead });
  });

  it.each([
    [
      'layers that are named',
      {
        target_modules: [
          'bert.encoder.layer.1.attention.self.query',
          'encoder.layer.1.attention.self.value',
          'pooler.dense',
        ],
      },
    ],
    ['indices of layers', { layers_to_transform: [1], layers_pattern: 'layer' }],
    ['an index of a layer', { layers_to_transform: 1 }],
    [
      'layers that are left out',
      { exclude_modules: ['encoder.layer.0.attention.self.query', 'layer.0.attention.self.value'] },
    ],
    ['a pattern for what is left out', { exclude_modules: '.*layer\\.0\\..*' }],
  ])('on some layers alone, by %s, is read on these', (_, change) => {
    const stored = readSafetensors(files['adapter_model.safetensors'], 'x').tensors;
    const kept = new Map([...stored].filter(([name]) => !name.includes('layer.0.')));
    const partial = { ...withConfig(change), 'adapter_model.safetensors': writeSafetensors(kept) };
    const read = readPeftAdapter(TINY_BERT, partial, 'adapter');
    expect(new Set(read.settings.targets)).toEqual(
      new Set(['1.attention.self.query', '1.attention.self.value', 'pooler.dense']),
    );
    const expected = [...tensors].filter(([name]) => !name.includes('layer.0.'));
    expect([...read.tensors]).toEqual(expected);
    // Written again, its config names these layers and no others.
    const again = readPeftAdapter(TINY_BERT, writePeftAdapter(TINY_BERT, read, 'tiny'), 'again');
    expect(again).toEqual(read);
  });

  it('with ranks and alphas that differ is read and written again, with the scaling of rsLoRA', () => {
    const uneven = {
      ...settings,
      targets: ['all-linear'],
      rankPattern: { 'layer.1.output.dense': 3, '.*\\.query': 1 },
      alphaPattern: { query: 5, 'layer.0.intermediate.dense': 2 },
      rankStabilized: true,
    };
    const adapter = { settings: uneven, tensors: initialLora(TINY_BERT, uneven, 3) };
    const written = writePeftAdapter(TINY_BERT, adapter, 'tiny');
    expect(JSON.parse(new TextDecoder().decode(written['adapter_config.json']))).toMatchObject({
      target_modules: ['query', 'key', 'value', 'output.dense', 'intermediate.dense'],
      use_rslora: true,
      rank_pattern: { query: 1, '1.output.dense': 3 },
      alpha_pattern: { query: 5, '0.intermediate.dense': 2 },
    });
    const back = readPeftAdapter(TINY_BERT, written, 'again');
    expect(back.tensors).toEqual(adapter.tensors);
    expect(loraModules(TINY_BERT, back.settings)).toEqual(loraModules(TINY_BERT, uneven));
  });

  it('on a layer that is not supported is refused by its name', () => {
    const key = 'base_model.model.embeddings.word_embeddings.lora_embedding_A';
    const wide = withTensor(key, randomTensor([2, 12], 1), null);
    expect(thrownLine(() => readPeftAdapter(TINY_BERT, wide, 'adapter'))).toContain(
      'adapts embeddings.word_embeddings, which is not supported. LoRA is read on the dense layers',
    );
  });

  it.each([
    ['a part of the transformer that was trained whole', 'bert.pooler.dense.bias', ['pooler']],
    ['a head that its config does not name', 'classifier.weight', null],
  ])('with %s is refused', (_, name, saved) => {
    const files = withTensor(`base_model.model.${name}`, randomTensor([8], 1), saved);
    expect(thrownLine(() => readPeftAdapter(TINY_BERT, files, 'adapter'))).toContain(
      `${name.replace('bert.', '')} is not one of this model's LoRA tensors`,
    );
  });

  it('that is not JSON is refused, naming the file', () => {
    const broken = { ...files, 'adapter_config.json': new Uint8Array([123]) };
    expect(thrownLine(() => readPeftAdapter(TINY_BERT, broken, 'out/adapter'))).toContain(
      'out/adapter/adapter_config.json',
    );
  });
});

const golden = goldenFolder();

describe.skipIf(golden === undefined)('adapters that PEFT saved', () => {
  it.each(['tiny-bert', 'tiny-bert-pooled'])('%s are read and written back the same', async (model) => {
    const folder = join(golden ?? '', model);
    const { config } = await readModelDirectory(folder);
    const adapter = goldenAdapter(folder, config);
    expect([...adapter.tensors.values()].some(({ data }) => data.some((value) => value !== 0))).toBe(true);
    const again = readPeftAdapter(config, writePeftAdapter(config, adapter, model), 'again');
    expect(again).toEqual(adapter);
  });
});
