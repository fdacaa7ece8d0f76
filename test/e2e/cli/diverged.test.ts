import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { airtune, lastTrainedFiles } from '#test/support/airtune-command.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

const files = sharedScratchFolder(tinyModelAndData());
const outputs = sharedScratchFolder();

test.each([
  ['LoRA', 'server.optimizer.learningRate=1e30', /Lower server\.optimizer\.learningRate \(1e\+30\)/],
  // The optimiser's state overflows first, which both may cause.
  [
    'heads',
    'head.learningRate=1e38',
    /Lower server\.\S+ \(0\.002\) or head\.learningRate \(1e\+38\) and start/,
  ],
])(
  'a run whose %s diverge says where in one line, keeps the rounds before, and has its own exit code',
  async (name, setting, remedy) => {
    const out = join(outputs, name);
    const { exitCode, stderr } = await airtune([
      'run',
      ...[...tinyArguments(files), '--rounds', '6', '--set', setting, '--out', out],
    ]);
    expect(exitCode, stderr).toBe(9);
    const lines = stderr.split('\n').filter((line) => line.startsWith('airtune: '));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^airtune: training diverged in round \d: .*not finite/);
    expect(lines[0]).toMatch(remedy);
    const kept = Number(/after round (\d)/.exec(lines[0])?.[1]);
    expect(stderr.match(/^round +\d+\//gm)).toHaveLength(kept);
    expect(readdirSync(join(out, 'heads'))).toHaveLength(3);
    expect(existsSync(join(out, 'result.json'))).toBe(false);

    // The stored state is that of a run with this number of rounds. Resuming it fails in the same way.
    const good = join(outputs, `${name}-good`);
    const shorter = ['--rounds', String(kept), '--set', setting, '--set', 'training.evaluateEvery=1000'];
    const { exitCode: shorterExit } = await airtune([
      'run',
      ...tinyArguments(files),
      ...shorter,
      '--out',
      good,
    ]);
    if (shorterExit === 0) expect(lastTrainedFiles(out)).toEqual(lastTrainedFiles(good));
    const again = await airtune(['run', '--resume', out]);
    expect(again.exitCode).toBe(9);
    expect(again.stderr.split('\n').filter((line) => line.startsWith('airtune: '))).toEqual(lines);
  },
);
