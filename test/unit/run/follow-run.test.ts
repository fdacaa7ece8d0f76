import { describe, expect, it } from 'vitest';
import { followRun } from '#run/follow/follow-run.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import type { ExecutedRun } from '#run/hosts/run-host.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { ServiceError } from '#shared/errors.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { prepareTinyRun, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

async function executedRun(
  onProgress: () => Promise<void>,
  signal: AbortSignal,
  notice: (text: string) => void = () => {},
): Promise<ExecutedRun> {
  const objects = new MemoryObjectStore();
  const record = await prepareTinyRun(objects, tinyConfig(scratchFolder(tinyModelAndData())));
  const follower = new RunFollower(objects, record);
  return { record, follower, epoch: 0, signal, listener: () => {}, onProgress, notice };
}

const away = new ServiceError('nothing answers there.', { subject: 'S3', retryable: true });
const expired = new ServiceError('the AWS credentials have expired.', { subject: 'S3' });

describe('following a run', () => {
  it('waits for an endpoint that does not respond, longer each time, with one notice, and then continues', async () => {
    const clock = new SelfAdvancingClock();
    const ending = new AbortController();
    const asked: number[] = [];
    const troubles: string[] = [];
    const notices: string[] = [];
    const progress = async (): Promise<void> => {
      asked.push(clock.nowMs());
      if (asked.length === 6) ending.abort();
      if (asked.length >= 2 && asked.length <= 4) throw away;
    };
    const run = await executedRun(progress, ending.signal, (text) => notices.push(text));
    await followRun(run, {
      clock,
      uniform: () => 0.5,
      lost: { check: async () => {} },
      pollMs: 100,
      onTrouble: (line) => troubles.push(line),
    });
    const waits = asked.map((atMs, index) => atMs - (asked[index - 1] ?? 0));
    expect(waits).toEqual([100, 100, 250, 500, 1000, 100]);
    expect(troubles).toHaveLength(3);
    expect(notices).toEqual([
      'airtune: warning: S3: nothing answers there. The run waits for the endpoint.',
      'airtune: the endpoint responds again; the run continues.',
    ]);
  });

  it('ends with the line of an error that waiting cannot mend', async () => {
    const run = await executedRun(() => Promise.reject(expired), new AbortController().signal);
    const following = followRun(run, {
      clock: new SelfAdvancingClock(),
      uniform: () => 0.5,
      lost: { check: async () => {} },
      pollMs: 100,
      onTrouble: () => {},
    });
    expect(await rejectedLine(following)).toContain('credentials have expired');
  });

  it('ends when the workers of the run fail', async () => {
    const run = await executedRun(async () => {}, new AbortController().signal);
    const following = followRun(run, {
      clock: new SelfAdvancingClock(),
      uniform: () => 0.5,
      lost: { check: async () => {} },
      pollMs: 100,
      onTrouble: () => {},
      failed: Promise.reject(expired),
    });
    expect(await rejectedLine(following)).toContain('credentials have expired');
  });
});
