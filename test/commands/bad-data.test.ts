import { test } from 'vitest';
import { expectRefusal, tinyFolderWith } from '#test/support/refused-run.ts';

test('a malformed row is named by file and line', () =>
  expectRefusal(
    tinyFolderWith({ 'train.tsv': 'sentence\tlabel\nfine\t1\nno label here\n' }),
    [],
    3,
    /train\.tsv.*3/,
  ));

test('a missing data file is named', () =>
  expectRefusal(
    tinyFolderWith(),
    ['--task', 'mrpc', '--set', 'data.directory=/nonexistent'],
    3,
    /nonexistent.*train\.tsv|train/,
  ));

test('more devices than examples is refused', () =>
  expectRefusal(tinyFolderWith(), ['--devices', '500'], 2, /500|devices/));
