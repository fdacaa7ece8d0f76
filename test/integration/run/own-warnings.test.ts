import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRun, startRun } from '#library/run.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

test('two runs at once in one process have their own warnings, and print none', async () => {
  const files = scratchFolder(tinyModelAndData());
  const printed: string[] = [];
  const writeOf = (stream: NodeJS.WriteStream) => {
    const { write } = stream;
    stream.write = (text: string | Uint8Array): boolean => {
      printed.push(String(text));
      return true;
    };
    return () => {
      stream.write = write;
    };
  };
  const remember = (warning: Error): void => {
    printed.push(warning.message);
  };
  process.on('warning', remember);
  const restore = [process.stdout, process.stderr].map(writeOf);
  try {
    const results = await Promise.all(
      [1e-6, 1e6].map(async (secondsPerRound) => {
        const scheduling = { policy: 'all-in', delayBudget: { secondsPerRound } };
        const config = parseRun({ ...tinyConfig(files), scheduling });
        return (await startRun(config, { directory: join(files, `budget-${secondsPerRound}`) })).result;
      }),
    );
    const warnings = results.map(({ control }) => control.warnings);
    expect(warnings).toEqual([[expect.stringContaining('policy all-in')], []]);
    await new Promise(setImmediate);
    expect(printed).toEqual([]);
  } finally {
    for (const back of restore) back();
    process.off('warning', remember);
  }
});
