import { describe, expect, it } from 'vitest';
import { deadLetterBody } from '#functions/runtime/dead-letter.ts';
import { describeBody, redrive, withDeadLetters } from '#run/deployment/dead-letters.ts';
import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';

const message = (run: string, round: number): string =>
  JSON.stringify({ run, round, kind: 'device.features', device: 4 });

async function deadLetterQueues() {
  const clock = new SelfAdvancingClock();
  const three = (suffix: string) => ({
    scheduler: new EmulatedQueue({ name: `scheduler-${suffix}`, clock }),
    device: new EmulatedQueue({ name: `device-${suffix}`, clock }),
    encoder: new EmulatedQueue({ name: `encoder-${suffix}`, clock }),
  });
  const ports = { clock, queues: three('work'), deadLetters: three('dead') };
  const put = (queue: EmulatedQueue, body: string) => queue.send([{ body, deliverAtMs: 0 }]);
  for (let round = 0; round < 12; round++) {
    await put(ports.deadLetters.device, deadLetterBody(message('mine', round), 'features are missing.', 10));
  }
  await put(ports.deadLetters.device, deadLetterBody(message('yours', 0), 'no such shard.', 10));
  await put(ports.deadLetters.encoder, 'not JSON at all');
  return ports;
}

describe('dead letters', () => {
  it('are listed with their reasons, those of one run when asked to, and lie there afterwards', async () => {
    const ports = await deadLetterQueues();
    const mine = await withDeadLetters(ports, 'mine', async (letters) => letters);
    expect(mine).toHaveLength(12);
    expect(new Set(mine.map(({ reason }) => reason))).toEqual(new Set(['features are missing.']));
    const all = await withDeadLetters(ports, undefined, async (letters) => letters);
    expect(all).toHaveLength(14);
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
