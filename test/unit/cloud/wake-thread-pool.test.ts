import { createHook } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { wakeThreadPool } from '#shared/cloud/node/wake-thread-pool.ts';

/** The type of a file operation in the thread pool, as Node names it. */
const FILE_OPERATION = 'FSREQCALLBACK';

describe('wake-ups of the thread pool', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are file operations, one each time until they are ended', () => {
    vi.useFakeTimers();
    let begun = 0;
    const hook = createHook({
      init: (_, type) => {
        if (type === FILE_OPERATION) begun++;
      },
    }).enable();
    const end = wakeThreadPool(1_000);
    vi.advanceTimersByTime(3_000);
    const beforeEnd = begun;
    end();
    vi.advanceTimersByTime(3_000);
    hook.disable();
    expect({ beforeEnd, afterEnd: begun }).toEqual({ beforeEnd: 3, afterEnd: 3 });
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
