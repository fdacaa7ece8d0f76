import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { executeRun, type RunExecution } from '#run/execute/execute-run.ts';
import { interruptible, interruptibleStore } from '#run/execute/interruptible.ts';
import { startRun } from '#run/execute/start-run.ts';
import { openEmbeddedHost } from '#run/hosts/embedded-host.ts';
import { requireResult } from '#run/output/read-result.ts';
import { RunOutput } from '#run/output/run-output.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

test('a task that never ends is abandoned when the signal aborts; other tasks are waited for', async () => {
  const stop = new AbortController();
  const left = interruptible(new Promise(() => {}), stop.signal);
  expect(await interruptible(Promise.resolve(7), stop.signal)).toBe(7);
  stop.abort();
  expect(await rejectedLine(left)).toMatch(/^stopped before the first round; nothing is kept\./);
  expect(await rejectedLine(interruptible(new Promise(() => {}), stop.signal))).toMatch(/^stopped/);
});

test('a store takes nothing from a task that was left behind', async () => {
  const stop = new AbortController();
  const inner = new MemoryObjectStore();
  const store = interruptibleStore(inner, stop.signal);
  await store.put('before', Uint8Array.of(1));
  stop.abort();
  expect(await rejectedLine(store.put('after', Uint8Array.of(1)))).toMatch(/^stopped/);
  expect(await rejectedLine(store.putIfAbsent('after', Uint8Array.of(1)))).toMatch(/^stopped/);
  expect(await inner.list('')).toEqual(['before']);
});

/** Executes a run in a folder, and stops it at the first sign that it prepares. */
async function stoppedLine(output: RunOutput, start: RunExecution['start']): Promise<string> {
  const host = await openEmbeddedHost(output.stateDirectory, cloudParameters.parse({}));
  const stop = new AbortController();
  const line = await rejectedLine(
    executeRun({
      host,
      run: 'run',
      start,
      output,
      environment: process.env,
      progress: {
        // The first notice of the preparation is that the engine is loaded.
        activity: () => stop.abort(),
        note: () => {},
        begin: () => {},
        round: () => {},
        end: () => {},
      },
      signal: stop.signal,
      listener: () => {},
    }),
  );
  await host.close();
  await output.release();
  return line;
}

test('a run that is stopped while it prepares leaves no folder', async () => {
  const files = scratchFolder(tinyModelAndData());
  const output = await RunOutput.create(join(files, 'new/out'));
  const line = await stoppedLine(output, { kind: 'new', config: tinyConfig(files) });
  expect(line).toMatch(/^stopped before the first round; nothing is kept\. Start the run again\./);
  expect(existsSync(join(files, 'new'))).toBe(false);
});

test('a resumed run that is stopped during preparation keeps its rounds, as the message states', async () => {
  const files = scratchFolder(tinyModelAndData());
  const directory = join(files, 'out');
  const started = await startRun({ ...tinyConfig(files), cloud: cloudParameters.parse({}) }, { directory });
  const { rounds } = await started.result;
  const output = await RunOutput.reopen(directory);
  const line = await stoppedLine(output, { kind: 'resumed', model: undefined, data: undefined });
  expect(line).toMatch(
    /^stopped before the run continued; all of its finished rounds are kept\. Continue with --resume\./,
  );
  expect((await requireResult(directory)).rounds).toEqual(rounds);
});
