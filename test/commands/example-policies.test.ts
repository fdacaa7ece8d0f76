import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune } from '#test/support/airtune.ts';
import { pythonHas } from '#test/support/python.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/policies');
const PYTHON = process.env.AIRTUNE_PYTHON ?? 'python3';

async function compared(policy: string, name: string): Promise<void> {
  const out = join(scratchFolder(), 'study');
  const { exitCode, stdout, stderr } = await airtune([
    ...['study', '--policy', `${policy},greedy`, '--devices', '20', '--rounds', '3', '--out', out],
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain(name);
  expect(stdout).toContain('greedy');
}

test('the example in TypeScript is compared with a built-in policy', () =>
  compared(join(EXAMPLES, 'strongest-within-budget.ts'), 'strongest-within-budget'));

test.runIf(pythonHas('json'))('the example in Python is compared with a built-in policy', () =>
  compared(`${PYTHON} ${join(EXAMPLES, 'strongest_half.py')}`, 'strongest-half'),
);
