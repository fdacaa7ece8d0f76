import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runStudy } from '#library/run-study.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

test('a warm-up that leaves some point no round is refused, and nothing is written', async () => {
  const directory = join(scratchFolder(), 'study');
  const study = {
    settings: { training: { devices: 2 } },
    sweeps: [{ path: 'training.rounds', values: [9, 4] }],
    warmUpRounds: 4,
  };
  expect(await rejectedLine(runStudy(study, { directory }))).toBe(
    '--warm-up: 4 leaves no round of a point with 4 rounds. Give at most 3, or more --rounds.',
  );
  expect(existsSync(directory)).toBe(false);
});
