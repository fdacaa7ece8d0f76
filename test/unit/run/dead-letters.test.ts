import { describe, expect, it } from 'vitest';
import { deadLetterBody } from '#functions/runtime/dead-letter.ts';
import {
  describeBody,
  type ListedDeadLetter,
  redrive,
  withDeadLetters,
} from '#run/deployment/dead-letters.ts';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';
import { byQueue } from '#shared/protocol/functions.ts';
import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

const message = (run: string, round: number): string =>
  JSON.stringify({ run, round, kind: 'device.features', device: 4 });

async function deadLetterQueues() {
  const clock = new SelfAdvancingClock();
  const all = (suffix: string) => byQueue((name) => new EmulatedQueue({ name: `${name}-${suffix}`, clock }));
  const ports = { clock, queues: all('work'), deadLetters: all('dead') };
  const put = (queue: EmulatedQueue, body: string) => queue.send([{ body, deliverAtMs: 0 }]);
  for (let round = 0; round < 12; round++) {
    await put(ports.deadLetters.device, deadLetterBody(message('mine', round), 'features are missing.', 10));
  }
  await put(ports.deadLetters.device, deadLetterBody(message('yours', 0), 'no such shard.', 10));
  await put(ports.deadLetters.encoder, 'not JSON at all');
  return ports;
}

async function listed(ports: Awaited<ReturnType<typeof deadLetterQueues>>, run: string | undefined) {
  const letters: ListedDeadLetter[] = [];
  const count = await withDeadLetters(ports, run, (some) => void letters.push(...some));
  expect(count).toBe(letters.length);
  return letters;
}

describe('dead letters', () => {
  it('are listed with their reasons, those of one run when asked to, and lie there afterwards', async () => {
    const ports = await deadLetterQueues();
    const mine = await listed(ports, 'mine');
    expect(mine).toHaveLength(12);
    expect(new Set(mine.map(({ reason }) => reason))).toEqual(new Set(['features are missing.']));
    expect(await listed(ports, undefined)).toHaveLength(14);
    expect(ports.deadLetters.device.depth().visible).toBe(13);
  });

  it('go to the queues they came from as they were sent, and lie there no more', async () => {
    const ports = await deadLetterQueues();
    await withDeadLetters(ports, 'mine', (letters) => redrive(ports, letters));
    expect(ports.queues.device.depth().visible).toBe(12);
    expect(ports.deadLetters.device.depth().visible).toBe(1);
    const [first] = await ports.queues.device.receive({
      maxMessages: 1,
      waitSeconds: 0,
      visibilitySeconds: 1,
    });
    expect(first?.body).toBe(message('mine', 0));
  });

  it('stay when sending them again fails', async () => {
    const ports = await deadLetterQueues();
    const full = { send: () => Promise.reject(new Error('full')) };
    const device = Object.assign(new EmulatedQueue({ name: 'full', clock: ports.clock }), full);
    const queues = { ...ports.queues, device };
    const attempt = withDeadLetters(ports, 'mine', (letters) => redrive({ ...ports, queues }, letters));
    await expect(attempt).rejects.toThrow('full');
    expect(ports.deadLetters.device.depth().visible).toBe(13);
  });

  it('end although letters keep coming, and although those listed come again', async () => {
    const ports = await deadLetterQueues();
    // Each receive has a visibility timeout of 0, so the letters are visible to the next one.
    const device = ports.deadLetters.device;
    const forgetful: MessageQueue = {
      name: device.name,
      send: (messages) => device.send(messages),
      receive: (options) => device.receive({ ...options, visibilitySeconds: 0 }),
      delete: (receipts) => device.delete(receipts),
      changeVisibility: (receipts, seconds) => device.changeVisibility(receipts, seconds),
    };
    const deadLetters = { ...ports.deadLetters, device: forgetful };
    const letters: ListedDeadLetter[] = [];
    await withDeadLetters({ ...ports, deadLetters }, undefined, (some) => void letters.push(...some));
    expect(new Set(letters.map(({ body }) => body)).size).toBe(letters.length);

    let sent = 0;
    await withDeadLetters(ports, undefined, async (some) => {
      // The time after which letters count as new passes; each listed letter is sent once more.
      await ports.clock.sleepMs(120_000);
      for (const { body } of some) {
        sent += 1;
        await device.send([{ body: deadLetterBody(body, 'again', 1), deliverAtMs: 0 }]);
      }
    });
    expect(sent).toBeGreaterThan(0);
  });

  it('are described as far as they can be read', () => {
    expect(describeBody(message('mine', 3))).toEqual({
      run: 'mine',
      kind: 'device.features',
      round: '3',
      device: '4',
    });
    expect(describeBody('not JSON')).toEqual({ run: '-', kind: '-', round: '-', device: '-' });
  });
});
