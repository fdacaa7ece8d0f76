import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import type { HubRepository } from '#test/support/hub-server.ts';
import { modelFiles, TINY_BERT, tinyBertJson, tinyBertTensors } from '#test/support/tiny-bert.ts';
import { tinyViTAndImages } from '#test/support/tiny-image-run.ts';
import { tinyLanguageModel } from '#test/support/tiny-language-run.ts';
import { codeBlocks } from './command-blocks.ts';

const ROOT = join(import.meta.dirname, '../../..');
const QUICKSTART_MODEL = join(ROOT, 'quickstart/model');
/** Number of tokens of the quick start's tokenizer. */
const QUICKSTART_TOKENS = 211;

export const QUICKSTART_DATA = join(ROOT, 'quickstart/data');

export function put(folder: string, file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
}

/** The text of a file that a page shows: the block whose fence names it. */
export function shownFile(page: string, file: string): string {
  const block = codeBlocks(readFileSync(join(ROOT, page), 'utf8')).find(({ info }) => info === file);
  if (block === undefined) throw new Error(`${page} shows no ${file}`);
  return block.text;
}

/** Positions of the models: the longest sequence that a command of a page has. */
const POSITIONS = 128;

/** Files of a BERT with random weights and the quick start's tokenizer. */
export function sentenceModelFiles(): Readonly<Record<string, string | Uint8Array>> {
  const tokenizer = ['tokenizer.json', 'tokenizer_config.json', 'vocab.txt'].map((name) => [
    name,
    new Uint8Array(readFileSync(join(QUICKSTART_MODEL, name))),
  ]);
  const config = { ...TINY_BERT, vocabularySize: QUICKSTART_TOKENS, maximumTokens: POSITIONS };
  return { ...Object.fromEntries(tokenizer), ...modelFiles(tinyBertTensors(config), tinyBertJson(config)) };
}

/** Small models at the paths that the pages use, and SST-2. */
export function models(folder: string): void {
  const language = tinyLanguageModel(POSITIONS);
  const byName = { MiniLM: sentenceModelFiles(), SmolLM: language, gpt2: language, ViT: tinyViTAndImages() };
  for (const [name, files] of Object.entries(byName)) {
    for (const [file, content] of Object.entries(files)) put(folder, `path/to/${name}/${file}`, content);
  }
  symlinkSync(QUICKSTART_DATA, join(folder, 'path/to/SST-2'));
}

export function rows(count: number): readonly { readonly text: string; readonly label: number }[] {
  return Array.from({ length: count }, (_, row) => ({
    text: row % 2 === 0 ? 'the soup was bland' : 'a warm and funny film',
    label: row % 2,
  }));
}

/** Reviews with one to five stars, some longer than the limit of tokens. */
export function reviews(folder: string): void {
  const lines = Array.from({ length: 100 }, (_, row) => {
    const text = 'a warm and funny film , '.repeat(1 + (row % 7) * 4);
    return `"${text}",${1 + (row % 5)}`;
  });
  put(folder, 'reviews.csv', `review,stars\n${lines.join('\n')}\n`);
}

export function questions(): string {
  const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
  return Array.from({ length: 80 }, (_, row) =>
    JSON.stringify({
      prompt: `${words[row % 8]} ${words[(row + 1) % 8]} `,
      completion: words[(row + 2) % 8],
    }),
  ).join('\n');
}

export function textTable(count: number): Uint8Array {
  const examples = rows(count);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'text', data: examples.map(({ text }) => text) },
        { name: 'label', data: examples.map(({ label }) => label), type: 'INT32' },
      ],
    }),
  );
}

function picture(level: number): Promise<Buffer> {
  return sharp({
    create: { width: 9, height: 14, channels: 3, background: { r: level, g: level, b: level } },
  })
    .png()
    .toBuffer();
}

export async function photos(folder: string): Promise<void> {
  for (const [index, [label, split]] of [
    ['cat', 'train'],
    ['dog', 'train'],
    ['cat', 'test'],
    ['dog', 'test'],
  ].entries()) {
    for (let at = 0; at < 10; at += 1) {
      put(folder, `photos/${split}/${label}/${at}.png`, await picture(40 + (index % 2) * 150 + at));
    }
  }
}

export async function imageTable(): Promise<Uint8Array> {
  const cells = await Promise.all(Array.from({ length: 40 }, (_, at) => picture(at % 2 === 0 ? 30 : 220)));
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'image', data: cells.map((bytes) => new Uint8Array(bytes)), type: 'BYTE_ARRAY' },
        { name: 'label', data: cells.map((_, at) => at % 2), type: 'INT32' },
      ],
    }),
  );
}

export function sentenceModel(): HubRepository {
  return { kind: 'model', name: 'sentence-transformers/all-MiniLM-L6-v2', files: sentenceModelFiles() };
}
