import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { isProcessRunning } from '#shared/cloud/node/process-running.ts';
import { PythonHost } from '#shared/model/engine/torch/python-host.ts';
import { createTorchEngine } from '#shared/model/engine/torch/torch-engine.ts';
import { encoderCase } from '#test/support/encoder-cases.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { torchHost } from '#test/support/torch-host.ts';

const { server, settings, features, batch, lora, gradient } = encoderCase({
  family: 'bert',
  layers: 1,
  heads: 2,
  headWidth: 8,
  intermediate: 16,
  rank: 2,
  targets: ['query', 'value'],
  features: 'mean',
  lengths: [3, 5],
  seed: 3,
});
const isThere = (await torchHost()) !== undefined;

/** Waits until a process is gone. */
async function gone(pid: number): Promise<void> {
  await new Promise<void>((resolve) => {
    execFile('tail', ['--pid', String(pid), '-s', '0.05', '-f', '/dev/null'], () => resolve());
  });
  expect(isProcessRunning(pid)).toBe(false);
}

describe.skipIf(!isThere)('the Python process', () => {
  test('is started again when it was killed: the pass is lost, the next one gives the same bits', async () => {
    const host = new PythonHost({ provider: 'cpu', threads: 1, deterministic: true });
    const engine = await createTorchEngine(server, { features, lora: settings, host });
    const pass = await engine.forward(batch, lora);
    const expected = await pass.backward(gradient);
    const { hello } = await host.running();
    // It fails, unless it ends before the process is killed.
    const interrupted = pass.backward(gradient).catch(() => undefined);
    process.kill(hello.process, 'SIGKILL');
    await gone(hello.process);
    await interrupted;
    expect(await rejectedLine(pass.backward(gradient))).toMatch(
      /^Python .+: its process ended with SIGKILL.*\. A new one is started for the next message\./,
    );
    await expect(pass.backward(gradient)).rejects.toMatchObject({ kind: 'service', retryable: true });
    pass.release();
    const again = await engine.forward(batch, lora);
    expect(again.features).toEqual(pass.features);
    expect(await again.backward(gradient)).toEqual(expected);
    again.release();
    await engine.dispose();
    await host.close();
  });

  test('ends with the process that started it, even when that one is killed', async () => {
    const script = `
      import { PythonHost } from '#shared/model/engine/torch/python-host.ts';
      const { hello } = await new PythonHost({ provider: 'cpu', threads: 1, deterministic: true }).running();
      console.log(hello.process);
    `;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: process.cwd(),
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    parent.kill('SIGKILL');
    await gone(Number(line));
  });
});
