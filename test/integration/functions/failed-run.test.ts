import { expect, test } from 'vitest';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { throwRunFailure } from '#run/execute/run-failure.ts';
import type { FunctionName, MessageKind } from '#shared/protocol/message.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { virtualRun } from '#test/support/virtual-run.ts';

const config = tinyConfig(sharedScratchFolder(tinyModelAndData()));

/** For a kind of message, an object that its handler needs and that is lost: a part of its key. */
const NEEDED: readonly (readonly [kind: MessageKind, name: FunctionName, key: string])[] = [
  ['evaluate', 'encoder', '/test-set.'],
  ['round.start', 'scheduler', '/control.json'],
  ['round.closed', 'scheduler', '/rounds/000001/closing.json'],
  ['encoder.close-round', 'encoder', 'answers/'],
];

test.each(NEEDED)('a run ends with the reason for which %s was given up', async (kind, name, lost) => {
  const { objects, record, follower } = await virtualRun(config, {
    wrap: (wrapped, create) => (ports: FunctionPorts) => {
      if (wrapped !== name) return create(ports);
      return create({
        ...ports,
        objects: {
          ...ports.objects,
          get: (key) => (key.includes(lost) ? Promise.resolve(undefined) : ports.objects.get(key)),
          put: (key, bytes) => ports.objects.put(key, bytes),
          putIfAbsent: (key, bytes) => ports.objects.putIfAbsent(key, bytes),
          list: (prefix) => ports.objects.list(prefix),
          delete: (keys) => ports.objects.delete(keys),
        },
      });
    },
  });
  expect(follower.finished).toBe(false);
  const line = await rejectedLine(throwRunFailure(new RunStore(objects), record.run, 0));
  expect(line).toContain(`message ${kind} of round`);
  expect(line).toContain('is not there');
});
