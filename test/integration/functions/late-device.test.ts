import { expect, test } from 'vitest';
import { createDeviceFunction } from '#functions/device/device-function.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import { dueAfter } from '#shared/protocol/message.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { virtualRun } from '#test/support/virtual-run.ts';

const GRACE_SECONDS = 60;
const SLOW_DEVICE = 1;

/**
 * A device function with one slow device, which handles its first round long after the deadline or never.
 */
function slowFunction(ports: FunctionPorts, lateByMs: number): BatchWork {
  const work = createDeviceFunction(ports);
  let held = false;
  return {
    async handle(message, coldStartMs) {
      if (message.kind !== 'device.scheduled' || message.device !== SLOW_DEVICE || message.round !== 0) {
        return work.handle(message, coldStartMs);
      }
      if (held) return work.handle(message, coldStartMs);
      held = true;
      if (lateByMs === Number.POSITIVE_INFINITY) return;
      const delayed = { ...message, ...dueAfter(message.deliverAtMs, lateByMs) };
      await ports.queues.device.send([{ body: JSON.stringify(delayed), deliverAtMs: delayed.deliverAtMs }]);
    },
  };
}

async function runWithSlowDevice(lateByMs: number) {
  const config = tinyConfig(scratchFolder(tinyModelAndData()), {
    training: { devices: 3, rounds: 2, batchSize: 2, evaluateEvery: 2, graceSeconds: GRACE_SECONDS },
    scheduling: { policy: 'all-in' },
  });
  let late = 0;
  const run = await virtualRun(config, {
    wrap: (name, create) => (name === 'device' ? (ports) => slowFunction(ports, lateByMs) : create),
    listener: (name) => {
      if (name === 'late') late++;
    },
  });
  return { ...run, late };
}

test('a device that never answers is left out, and the round closes at its deadline', async () => {
  const { follower, late } = await runWithSlowDevice(Number.POSITIVE_INFINITY);
  const [first, second] = follower.commits;
  expect(first.selected).toEqual([0, 1, 2]);
  expect(first.answered).toEqual([0, 2]);
  expect(first.headRounds).toEqual([1, 0, 1]);
  expect((first.closedAtMs - first.startedAtMs) / 1000).toBeGreaterThan(GRACE_SECONDS);
  expect(second.answered).toEqual([0, 1, 2]);
  expect(late).toBe(0);
});

test('a message after the deadline is acknowledged and counted, and has no effect', async () => {
  const { follower, objects, record, late } = await runWithSlowDevice(1000 * (GRACE_SECONDS + 30));
  expect(follower.commits[0].answered).toEqual([0, 2]);
  expect(late).toBe(1);
  expect(await objects.get(runKeys.answer(record.run, 0, SLOW_DEVICE))).toBeUndefined();
  // Its next round starts from the head it had before the missed round.
  const never = await runWithSlowDevice(Number.POSITIVE_INFINITY);
  const head = (run: typeof never) => run.objects.get(runKeys.head(run.record.run, SLOW_DEVICE, 2));
  expect(await head(never)).toEqual(await objects.get(runKeys.head(record.run, SLOW_DEVICE, 2)));
});
