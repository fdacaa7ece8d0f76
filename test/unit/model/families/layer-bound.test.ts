import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseModelConfig } from '#shared/model/hugging-face/model-config.ts';
import { thrownLine } from '#test/support/thrown.ts';

const CASES = join(import.meta.dirname, '../../../golden/families/cases');

test.each([
  ...[
    'bert',
    'camembert',
    'deit',
    'distilbert',
    'electra',
    'gpt2',
    'llama',
    'mistral',
    'modernbert',
    'qwen2',
  ],
  ...['qwen3', 'roberta', 'vit', 'xlm-roberta'],
])('a config.json of %s with millions of layers is refused before lists are made of them', (name) => {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(CASES, name, file), 'utf8'));
  const subject = 'config.json';
  const layers = name === 'distilbert' ? 'n_layers' : name === 'gpt2' ? 'n_layer' : 'num_hidden_layers';
  const value = { ...Object(read(subject)), [layers]: 99_999_999 };
  const preprocessor = ['deit', 'vit'].includes(name)
    ? { value: read('preprocessor_config.json'), subject: 'preprocessor_config.json' }
    : undefined;
  expect(thrownLine(() => parseModelConfig({ config: { value, subject }, preprocessor }))).toMatch(
    new RegExp(`^config\\.json: ${layers}: `),
  );
});
