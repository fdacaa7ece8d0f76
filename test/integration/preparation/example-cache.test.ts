import { appendFileSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { exampleCache } from '#run/model/file-example-cache.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { loadExamples } from '#shared/preparation/load-examples.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

const files = tinyModelAndData();
const ROWS = 40_000;
let home: string;
let config: RunConfig;

/** Data above the size from which texts are kept. */
function rowsOf(word: string): string {
  return `sentence\tlabel\n${`${word} a good film indeed \t1\n`.repeat(ROWS)}`;
}

beforeEach(() => {
  home = scratchFolder();
  config = tinyConfig(scratchFolder(files));
  writeFileSync(join(config.data.directory, 'train.tsv'), rowsOf('the'));
});

/** Loads the examples, and counts the rows that were read and tokenised. */
async function load(environment: Record<string, string> = {}, settings: RunConfig = config) {
  const model = await readModelDirectory(settings.model.directory);
  let reports = 0;
  const progress = { activity: () => reports++, note: () => {} };
  const cache = exampleCache({ AIRTUNE_CACHE: home, ...environment });
  const examples = await loadExamples(settings, model.config, { progress, cache });
  return { examples, tokenised: reports > 0 };
}

const keptFiles = () => readdirSync(join(home, 'prepared')).map((name) => join(home, 'prepared', name));

describe('texts of a data set', () => {
  it('are tokenised once, and are the same afterwards', async () => {
    const first = await load();
    const second = await load();
    expect([first.tokenised, second.tokenised]).toEqual([true, false]);
    expect(second.examples).toEqual(first.examples);
    expect(second.examples.train.labels).toHaveLength(ROWS);
  });

  it('are tokenised again after a change of the data, of the tokenizer or of a setting', async () => {
    await load();
    const shorter = { ...config, data: { ...config.data, maxTokens: 5 } };
    expect((await load({}, shorter)).tokenised).toBe(true);
    writeFileSync(join(config.data.directory, 'train.tsv'), rowsOf('The'));
    expect((await load()).tokenised).toBe(true);
    appendFileSync(join(config.model.directory, 'vocab.txt'), '');
    expect((await load()).tokenised).toBe(false);
    writeFileSync(join(config.model.directory, 'tokenizer_config.json'), '{ "do_lower_case": true }\n');
    expect((await load()).tokenised).toBe(true);
  });

  it('are tokenised again where the kept file is damaged, which is replaced', async () => {
    const { examples } = await load();
    const [path] = keptFiles();
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(path, bytes);
    const again = await load();
    expect(again.tokenised).toBe(true);
    expect(again.examples).toEqual(examples);
    expect((await load()).tokenised).toBe(false);
  });

  it('are not kept when the cache is off, cannot be written, or the data is small', async () => {
    const off = { AIRTUNE_PREPARED_MEGABYTES: '0' };
    await load(off);
    expect((await load(off)).tokenised).toBe(true);
    const file = join(home, 'file');
    writeFileSync(file, '');
    expect((await load({ AIRTUNE_CACHE: file })).tokenised).toBe(true);
    writeFileSync(join(config.data.directory, 'train.tsv'), 'sentence\tlabel\na good film\t1\n');
    await load();
    expect(readdirSync(home)).toEqual(['file']);
  });

  it('make room for others: those used longest ago go first', async () => {
    await load();
    const [first] = keptFiles();
    utimesSync(first, 1, 1);
    const limit = { AIRTUNE_PREPARED_MEGABYTES: String((1.5 * statSync(first).size) / 1e6) };
    writeFileSync(join(config.data.directory, 'train.tsv'), rowsOf('The'));
    await load(limit);
    expect(keptFiles()).toHaveLength(1);
    expect(keptFiles()).not.toContain(first);
  });

  it('are made by several processes at a time, which do not disturb each other', async () => {
    const all = await Promise.all([load(), load(), load()]);
    for (const { examples } of all) expect(examples).toEqual(all[0].examples);
    expect(keptFiles()).toHaveLength(1);
    expect((await load()).tokenised).toBe(false);
  });
});

it('refuses a limit that is not a number', () => {
  expect(() => exampleCache({ AIRTUNE_PREPARED_MEGABYTES: 'many' })).toThrow(
    expect.objectContaining({ subject: 'AIRTUNE_PREPARED_MEGABYTES', kind: 'config' }),
  );
});
