import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MRPC } from '#shared/data/glue/mrpc.ts';
import { QNLI } from '#shared/data/glue/qnli.ts';
import { SST2 } from '#shared/data/glue/sst2.ts';
import type { TextTask } from '#shared/data/task.ts';
import { DataError } from '#shared/errors.ts';
import { collect } from '#test/support/collect.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

async function read(task: TextTask, content: string | Uint8Array) {
  return collect(task.read(join(scratchFolder({ 'rows.tsv': content }), 'rows.tsv')));
}

async function failure(task: TextTask, content: string | Uint8Array): Promise<string> {
  const error: unknown = await read(task, content).catch((cause: unknown) => cause);
  if (!(error instanceof DataError)) throw new Error(`expected a DataError, got ${error}`);
  return error.line;
}

describe('GLUE readers', () => {
  it('read a sentence and its label', async () => {
    expect(await read(SST2, 'sentence\tlabel\na fine film \t1\ndull\t0\n')).toEqual([
      { text: 'a fine film ', label: 1 },
      { text: 'dull', label: 0 },
    ]);
  });

  it('keep quotation marks as the characters they are', async () => {
    const header = 'Quality\t#1 ID\t#2 ID\t#1 String\t#2 String';
    expect(await read(MRPC, `${header}\n1\t7\t8\t"Half quoted\tHe said "yes".\n`)).toEqual([
      { text: '"Half quoted', pair: 'He said "yes".', label: 1 },
    ]);
  });

  it('read a question, a sentence and a label by name', async () => {
    const rows = 'index\tquestion\tsentence\tlabel\n0\tWho?\tHe.\tnot_entailment\n1\tWhy?\tSo.\tentailment';
    expect(await read(QNLI, rows)).toEqual([
      { text: 'Who?', pair: 'He.', label: 1 },
      { text: 'Why?', pair: 'So.', label: 0 },
    ]);
  });

  it('break lines at LF and CRLF only where there are any, and drop a byte order mark', async () => {
    const rows = '\uFEFFsentence\tlabel\r\none\u2028row\t1\r\nlone \r return\t0';
    expect((await read(SST2, rows)).map(({ text }) => text)).toEqual(['one\u2028row', 'lone \r return']);
  });

  it('read a row that spans many chunks of the file', async () => {
    const long = 'word '.repeat(60_000);
    expect(await read(SST2, `sentence\tlabel\nshort\t0\n${long}\t1\nend\t0\n`)).toEqual([
      { text: 'short', label: 0 },
      { text: long, label: 1 },
      { text: 'end', label: 0 },
    ]);
  });

  it('stop reading when no more rows are wanted', async () => {
    const path = join(scratchFolder({ 'rows.tsv': 'sentence\tlabel\ngood\t1\nmalformed\n' }), 'rows.tsv');
    for await (const row of SST2.read(path)) {
      expect(row).toEqual({ text: 'good', label: 1 });
      break;
    }
  });

  it.each([
    ['a row with a field too few', 'sentence\tlabel\ngood\t1\nno label\n', /rows\.tsv:3: .*1 field/],
    [
      'a row with a field too many',
      'sentence\tlabel\na\tb\t1\n',
      /rows\.tsv:2: .*3 field.*sentence<TAB>label/,
    ],
    ['an unknown label', 'sentence\tlabel\ngood\t2\n', /rows\.tsv:2: unknown label "2"\. Use one of 0, 1\./],
    ['an empty text', 'sentence\tlabel\n \t1\n', /rows\.tsv:2: the column sentence is empty/],
    ['another header', 'text\tlabel\ngood\t1\n', /rows\.tsv:1: the header .*sentence<TAB>label/],
    ['an empty file', '', /rows\.tsv: the file is empty/],
    ['a header without rows', 'sentence\tlabel\n', /rows\.tsv: the file holds a header but no rows/],
  ])('name file and line of %s', async (_, content, message) => {
    expect(await failure(SST2, content)).toMatch(message);
  });

  it('name the line whose bytes are not UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('sentence\tlabel\ngood\t1\nna'),
      Buffer.from([0xef]),
      Buffer.from('ve\t0\n'),
    ]);
    expect(await failure(SST2, bytes)).toMatch(/rows\.tsv:3: the line is not UTF-8 text/);
  });

  it('name a file that cannot be read', async () => {
    const missing = join(scratchFolder(), 'absent.tsv');
    await expect(collect(SST2.read(missing))).rejects.toThrow(DataError);
  });
});
