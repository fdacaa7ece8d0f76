import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { airtuneProcess } from '#test/support/airtune-process.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { tinyArguments, tinyModelAndData } from '#test/support/tiny-run.ts';

it('a run sends no telemetry: ONNX Runtime keeps no identifier of the machine and no events', async () => {
  const files = scratchFolder(tinyModelAndData());
  const home = scratchFolder();
  const { exitCode, stderr } = await airtuneProcess(
    ['run', ...tinyArguments(files), '--engine', 'onnx', '--out', join(scratchFolder(), 'out')],
    // With CI set it sends no telemetry anyway, so CI is cleared.
    { env: { HOME: home, XDG_CACHE_HOME: '', CI: '' } },
  );
  expect(exitCode, stderr).toBe(0);
  expect(readdirSync(home, { recursive: true })).toEqual([]);
});
