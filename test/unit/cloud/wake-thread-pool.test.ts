import { createHook } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { wakeThreadPool } from '#shared/cloud/node/wake-thread-pool.ts';

/** The type of a file operation in the thread pool, as Node names it. */
const FILE_OPERATION = 'FSREQCALLBACK';

describe('wake-ups of the thread pool', () => {
  it('are file operations, again and again until they are ended', async () => {
    let begun = 0;
    let enough = (): void => {};
    const several = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const hook = createHook({
      init: (_, type) => {
        if (type === FILE_OPERATION && ++begun === 3) enough();
      },
    }).enable();
    const end = wakeThreadPool(1);
    await several;
    end();
    hook.disable();
    expect(begun).toBeGreaterThanOrEqual(3);
  });

  it('keep no process alive', () => {
    const path = new URL('../../../shared/cloud/node/wake-thread-pool.ts', import.meta.url);
    const script = `const { wakeThreadPool } = await import('${path}'); wakeThreadPool(1);`;
    const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 30_000,
    });
    expect({ status, signal }).toEqual({ status: 0, signal: null });
  });
});
