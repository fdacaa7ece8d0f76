import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

const rows = (label: number) => ['fine', 'warm', 'grim', 'cold', 'dull'].map((word) => `${word}\t${label}`);
const table = (part: readonly string[]) => `sentence\tlabel\n${part.join('\n')}\n`;

test('a run is tested although no device holds a label that the test set has', async () => {
  const files = sharedScratchFolder({
    ...tinyModelAndData(),
    'train.tsv': table(rows(1)),
    'dev.tsv': table(rows(0)),
  });
  const out = join(sharedScratchFolder(), 'out');
  const { exitCode, stdout, stderr } = await airtune(['run', ...tinyArguments(files), '--out', out]);
  expect(exitCode, stderr).toBe(0);
  // The table breaks lines at the width of the terminal.
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('none: no device holds a label that the test set has');
  const { evaluations, rounds } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  expect(evaluations.at(-1)).toMatchObject({ ownMixDevices: 0, ownMixAccuracy: null, ownMixChance: null });
  expect(rounds.at(-1)).not.toHaveProperty('ownMixAccuracy');
  expect(rounds.at(-1)).toHaveProperty('testAccuracy');
});
