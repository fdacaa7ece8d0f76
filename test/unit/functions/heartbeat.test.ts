import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isAlive, withHeartbeat } from '#functions/encoder/heartbeat.ts';
import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

it('leaves a sign of life with every answer of the queue, and none without', async () => {
  const file = join(scratchFolder(), 'heartbeat');
  const queue = new EmulatedQueue({ name: 'encoder', clock: new SelfAdvancingClock() });
  const away = () => Promise.reject(new Error('away'));
  const silent = { name: 'encoder', send: away, receive: away, delete: away, changeVisibility: away };
  const poll = { maxMessages: 1, waitSeconds: 0, visibilitySeconds: 1 };
  await expect(withHeartbeat(silent, file).receive(poll)).rejects.toThrow('away');
  expect(existsSync(file)).toBe(false);
  await withHeartbeat(queue, file).receive(poll);
  expect(existsSync(file)).toBe(true);
});

it('counts a silence of three minutes as death, and so a heart that never beat', () => {
  expect(isAlive(1_000_000, 1_000_000 + 179_999)).toBe(true);
  expect(isAlive(1_000_000, 1_000_000 + 180_000)).toBe(false);
  expect(isAlive(undefined, 0)).toBe(false);
});
