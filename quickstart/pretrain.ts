/**
 * Pre-trains the quick start's model: `node quickstart/pretrain.ts [directory]`. Takes minutes; see
 * README.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { selectTfjsBackend } from '#shared/model/engine/tfjs/tfjs-backend.ts';
import { writeSafetensors } from '#shared/model/safetensors/write-safetensors.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { pretraining } from './pretraining/pretraining.ts';
import { huggingFaceConfig, PRETRAINING, quickstartModel } from './pretraining/settings.ts';
import { quickstartVocabulary, tokenizerFiles } from './pretraining/tokenizer-files.ts';

const directory = resolve(process.argv[2] ?? join(import.meta.dirname, 'model'));
const config = quickstartModel(quickstartVocabulary().length);
mkdirSync(directory, { recursive: true });
for (const [name, text] of Object.entries(tokenizerFiles())) writeFileSync(join(directory, name), text);
writeFileSync(join(directory, 'config.json'), `${JSON.stringify(huggingFaceConfig(config), null, 2)}\n`);

// A fixed backend, so that every execution gives the same weights.
await selectTfjsBackend('wasm');
const tokenizer = await loadTextTokenizer(directory);
let weights: NamedTensors = new Map();
const losses: object[] = [];
for await (const { step, wordLoss, summaryLoss, weights: current } of pretraining(
  config,
  tokenizer,
  PRETRAINING,
)) {
  weights = current;
  if (step > 3 && step % 50 !== 0) continue;
  losses.push({ step, wordLoss, summaryLoss });
  process.stdout.write(
    `step ${step}: word loss ${wordLoss.toFixed(3)}, summary loss ${summaryLoss.toFixed(3)}\n`,
  );
}
const kept = new Map([...weights].filter(([name]) => !name.startsWith('cls.')));
writeFileSync(join(directory, 'model.safetensors'), writeSafetensors(kept, { format: 'pt' }));
writeFileSync(
  join(directory, 'pretraining.json'),
  `${JSON.stringify({ settings: PRETRAINING, losses }, null, 1)}\n`,
);
