import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { numberCell, requiredTextCell } from '#shared/tables/cells.ts';
import { requireColumn } from '#shared/tables/column-names.ts';
import type { TableRow } from '#shared/tables/table.ts';
import { openTable } from '#shared/tables/table-registry.ts';
import { collect } from '#test/support/collect.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine, thrownLine } from '#test/support/thrown.ts';

const folder = sharedScratchFolder();

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function rowsOf(path: string): Promise<readonly (readonly [number, unknown])[]> {
  const rows: TableRow[] = await collect((await openTable(path)).rows());
  return rows.map(({ number, cells }) => [number, Object.fromEntries(cells)] as const);
}

const ROWS = [
  { text: 'warm, and funny', stars: '5' },
  { text: 'too long', stars: '1' },
] as const;

test('a Parquet file whose columns have no names of their own is refused', async () => {
  const columnData = [1, 2].map((value) => ({ name: 'text', data: [value] }));
  const path = await written('twice.parquet', new Uint8Array(parquetWriteBuffer({ columnData })));
  expect(await rejectedLine(openTable(path))).toMatch(/its columns have no names of their own/);
});

test('a Parquet file with any damaged byte in its metadata is read or refused, and leaves no failed read behind', async () => {
  const columnData = ['a', 'b', 'c'].map((name) => ({ name, data: ['x', 'yy', 'zzz'] }));
  const whole = new Uint8Array(parquetWriteBuffer({ columnData }));
  const metadataAt = whole.length - 8 - new DataView(whole.buffer).getUint32(whole.length - 8, true);
  const abandoned: unknown[] = [];
  const remember = (reason: unknown): void => {
    abandoned.push(reason);
  };
  process.on('unhandledRejection', remember);
  let refused = 0;
  for (let index = 2 * metadataAt; index < 2 * whole.length; index++) {
    const at = index >> 1;
    const path = await written('metadata.parquet', whole.with(at, whole[at] ^ (index % 2 === 0 ? 0x7f : 2)));
    const line = await rowsOf(path).then(
      () => undefined,
      (error: unknown) =>
        thrownLine(() => {
          throw error;
        }),
    );
    if (line === undefined) continue;
    expect(line).toContain('metadata.parquet');
    refused += 1;
  }
  await new Promise(setImmediate);
  process.off('unhandledRejection', remember);
  expect(abandoned).toEqual([]);
  expect(refused).toBeGreaterThan(100);
});

describe('a table', () => {
  test.each<[string, string, string | Uint8Array]>([
    ['CSV', 'a.csv', 'text,stars\n"warm, and funny",5\ntoo long,1\n'],
    ['CSV with semicolons', 'b.csv', 'text;stars\nwarm, and funny;5\ntoo long;1\n'],
    [
      'CSV with CRLF, blank lines and a byte order mark',
      'c.csv',
      '\uFEFFtext,stars\r\n"warm, and funny",5\r\ntoo long,1\r\n\r\n',
    ],
    ['CSV with CR only', 'd.csv', 'text,stars\r"warm, and funny",5\rtoo long,1\r'],
    ['CSV in UTF-16', 'e.csv', Buffer.from('\uFEFFtext,stars\n"warm, and funny",5\ntoo long,1\n', 'utf16le')],
    ['compressed CSV', 'f.csv.gz', gzipSync('text,stars\n"warm, and funny",5\ntoo long,1\n')],
    ['TSV', 'g.tsv', 'text\tstars\nwarm, and funny\t5\ntoo long\t1\n'],
  ])('in %s has its rows with their lines', async (_, name, content) => {
    expect(await rowsOf(await written(name, content))).toEqual([
      [2, ROWS[0]],
      [3, ROWS[1]],
    ]);
  });

  test('of JSON lines has the lines as rows, with columns that only some have', async () => {
    const path = await written('a.jsonl', '{"text":"x","n":1}\n\n{"text":"y","more":null}\n');
    const table = await openTable(path);
    expect(table.columns).toEqual(['text', 'n', 'more']);
    expect(await rowsOf(path)).toEqual([
      [1, { text: 'x', n: 1 }],
      [3, { text: 'y', more: null }],
    ]);
  });

  test('in Parquet has its rows across row groups, its number of rows, and the columns that are asked for', async () => {
    const texts = Array.from({ length: 250 }, (_, index) => `row ${index}`);
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'text', data: texts },
        { name: 'stars', data: texts.map((_, index) => index % 5), type: 'INT32' },
      ],
      rowGroupSize: 100,
    });
    const table = await openTable(await written('a.parquet', new Uint8Array(file)));
    expect([table.columns, table.rowCount]).toEqual([['text', 'stars'], 250]);
    const rows = await collect(table.rows(['stars']));
    expect(rows.map(({ number }) => number)).toEqual(texts.map((_, index) => index + 1));
    expect([...rows[203].cells]).toEqual([['stars', 203 % 5]]);
  });

  test('in Parquet has the class names that the datasets library wrote', async () => {
    const info = {
      info: {
        features: {
          label: { names: ['neg', 'pos'], _type: 'ClassLabel' },
          text: { dtype: 'string', _type: 'Value' },
        },
      },
    };
    const file = parquetWriteBuffer({
      columnData: [{ name: 'label', data: [0, 1], type: 'INT32' }],
      kvMetadata: [{ key: 'huggingface', value: JSON.stringify(info) }],
    });
    const table = await openTable(await written('named.parquet', new Uint8Array(file)));
    expect([...table.classNames]).toEqual([['label', ['neg', 'pos']]]);
  });

  test('takes a quotation mark literally in TSV, and as quoting in CSV', async () => {
    const tsv = await rowsOf(await written('q.tsv', 'text\tstars\n"odd\t1\n'));
    expect(tsv).toEqual([[2, { text: '"odd', stars: '1' }]]);
    const csv = await rowsOf(await written('q.csv', 'text,stars\n"a ""b""\nc",1\n'));
    expect(csv).toEqual([[3, { text: 'a "b"\nc', stars: '1' }]]);
  });

  test('stops being read when its reader stops', async () => {
    const path = await written('long.csv', `text,stars\n${'a,1\n'.repeat(200_000)}`);
    for await (const { number } of (await openTable(path)).rows()) if (number === 5) break;
    // The file can be replaced at once, because nothing holds it open.
    expect(await rowsOf(await written('long.csv', 'text,stars\nb,2\n'))).toHaveLength(1);
  });
});

describe('a bad table', () => {
  test.each<[string, string, string | Uint8Array, RegExp]>([
    [
      'a ragged row',
      'ragged.csv',
      'a,b\n1,2\n3\n4,5\n',
      /ragged\.csv:3: the row has 1 cell\(s\), the header 2\./,
    ],
    ['a tab too many', 'ragged.tsv', 'a\tb\n1\t2\t3\n', /ragged\.tsv:2: the row has 3 cell\(s\)/],
    ['an open quotation mark', 'open.csv', 'a,b\n"1,2\n3,4\n', /open\.csv:\d+: a quotation mark is opened/],
    [
      'text after a quotation mark',
      'after.csv',
      'a,b\n1,2\n"3"x,4\n',
      /after\.csv:3: the quotation marks of the row/,
    ],
    ['no content', 'empty.csv', '', /empty\.csv: the file is empty/],
    ['two columns of a name', 'twice.csv', 'a,a\n1,2\n', /twice\.csv:1: two columns are called "a"/],
    [
      'bytes that are no text',
      'bytes.csv',
      Buffer.from([0x61, 0x0a, 0x62, 0x0a, 0xff, 0x0a]),
      /bytes\.csv:3: the line is not UTF-8/,
    ],
    [
      'an end within a character of UTF-16',
      'half.csv',
      Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x61]),
      /half\.csv: is not UTF-16/,
    ],
    ['a line that is no JSON', 'bad.jsonl', '{"a":1}\n{"a":\n', /bad\.jsonl:2: the line is not JSON/],
    ['a line that is no object', 'list.jsonl', '[1]\n', /list\.jsonl:1: the line is JSON, but not an object/],
    ['Parquet of another kind', 'no.parquet', 'a,b\n1,2\n', /no\.parquet: cannot be read as Parquet/],
    ['gzip that is none', 'no.csv.gz', 'a,b\n', /no\.csv\.gz: cannot be read/],
    [
      'an unknown ending',
      'table.xlsx',
      'x',
      /table\.xlsx: is of an unknown format\. Name a file that ends in \.csv/,
    ],
  ])('with %s is refused in one line', async (_, name, content, line) => {
    const path = await written(name, content);
    expect(await rejectedLine(rowsOf(path))).toMatch(line);
  });

  test('with damage inside a column is refused with its name', async () => {
    const file = new Uint8Array(
      parquetWriteBuffer({ columnData: [{ name: 'a', data: ['x'.repeat(500), 'y'] }] }),
    );
    file.fill(0xff, 8, 60);
    const path = await written('damaged.parquet', file);
    expect(await rejectedLine(rowsOf(path))).toMatch(/damaged\.parquet: cannot be read as Parquet/);
  });

  test('without the column names its columns and the nearest one', async () => {
    const table = await openTable(await written('names.csv', 'review,stars\nx,1\n'));
    expect(thrownLine(() => requireColumn(table, 'reviews', 'texts'))).toMatch(
      /names\.csv: has no column "reviews" for the texts\. Did you mean review\? It has review, stars\.$/,
    );
  });

  test('with cells that are empty or no numbers is refused with its line', async () => {
    const table = await openTable(await written('cells.csv', 'text,score\n,1\nx,good\n'));
    const [empty, word] = await collect(table.rows());
    expect(thrownLine(() => requiredTextCell(table, empty, 'text'))).toMatch(
      /cells\.csv:2: the column text is empty/,
    );
    expect(thrownLine(() => numberCell(table, word, 'score'))).toMatch(
      /cells\.csv:3: the column score is "good"/,
    );
  });
});
