import { beforeEach, describe, expect, it } from 'vitest';
import { readRunStatus } from '#run/deployment/run-status.ts';
import { LostMessages } from '#run/follow/lost-messages.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { byQueue, queueOf } from '#shared/protocol/functions.ts';
import type { Message } from '#shared/protocol/message.ts';
import { sealedBody } from '#shared/protocol/message-seal.ts';
import type { Failure } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { EmulatedQueue } from '#test/support/emulated-queue.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { SelfAdvancingClock } from '#test/support/self-advancing-clock.ts';
import { prepareTinyRun, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

const EPOCH = 2;
const files = sharedScratchFolder(tinyModelAndData());

describe('a message that SQS itself moved to a dead-letter queue', () => {
  const clock = new SelfAdvancingClock(0);
  let objects: MemoryObjectStore;
  let record: RunRecord;
  let deadLetters: Readonly<ReturnType<typeof byQueue<EmulatedQueue>>>;
  let start: Message;

  beforeEach(async () => {
    objects = new MemoryObjectStore();
    record = await prepareTinyRun(objects, tinyConfig(files));
    deadLetters = byQueue((name) => new EmulatedQueue({ name, clock }));
    const follower = new RunFollower(objects, record);
    const messages = nextMessages(record, follower, EPOCH, 0);
    const found = messages.find(({ kind }) => kind === 'round.start');
    if (found === undefined) throw new Error('the run does not start');
    start = found;
  });

  async function failureAfter(
    message: Message,
    body: string = sealedBody(record, message),
    change: (follower: RunFollower) => void = () => {},
  ): Promise<Failure | undefined> {
    const follower = new RunFollower(objects, record);
    change(follower);
    const queue = deadLetters[queueOf(message.kind)];
    await queue.send([{ body, deliverAtMs: 0 }]);
    const lost = new LostMessages({ objects, clock, deadLetters }, { record, follower, epoch: EPOCH });
    await lost.check();
    expect(await new RunStore(objects).failure(record.run, EPOCH).read()).toBeUndefined();
    await clock.sleepMs(20_000);
    await lost.check();
    // It stays where airtune dead-letters lists it.
    expect(queue.depth().visible).toBe(1);
    return new RunStore(objects).failure(record.run, EPOCH).read();
  }

  it('ends the run with that reason when the run cannot go on without it', async () => {
    expect(await failureAfter(start)).toMatchObject({
      kind: 'protocol',
      message:
        'the run cannot go on, because message round.start of round 0 failed: was received too often without being processed.',
      remedy: expect.stringContaining('log of its function'),
    });
  });

  it('ends it for a test, too', async () => {
    expect(await failureAfter({ ...start, kind: 'evaluate' })).toMatchObject({
      message: expect.stringContaining('message evaluate of round 0'),
    });
  });

  it.each<[string, (message: Message) => Message]>([
    ['of an earlier epoch', (message) => ({ ...message, epoch: 1 })],
    ['of another run', (message) => ({ ...message, run: 'other' })],
  ])('does not when it is %s', async (_, change) => {
    expect(await failureAfter(change(start))).toBeUndefined();
  });

  it('is the reason why the run failed in airtune status, until it is sent again', async () => {
    await new RunStore(objects).control(record.run).replace({ status: 'running', epoch: EPOCH });
    const ports = { objects, clock, deadLetters };
    expect(await readRunStatus(ports, record.run)).toMatchObject({ state: 'running', failure: undefined });
    const queue = deadLetters[queueOf(start.kind)];
    await queue.send([{ body: sealedBody(record, start), deliverAtMs: 0 }]);
    expect(await readRunStatus(ports, record.run)).toMatchObject({
      state: 'failed',
      failure: { message: expect.stringMatching(/^the run cannot go on, because message round\.start/) },
    });
    // It is looked at, and neither taken nor decided, so that a redrive continues the run.
    expect(queue.depth().visible).toBe(1);
    expect(await new RunStore(objects).failure(record.run, EPOCH).read()).toBeUndefined();
    await queue.delete(
      (await queue.receive({ maxMessages: 1, waitSeconds: 0, visibilitySeconds: 30 })).map(
        ({ receipt }) => receipt,
      ),
    );
    expect(await readRunStatus(ports, record.run)).toMatchObject({ state: 'running' });
  });

  it('does not when no function of the run has made it', async () => {
    expect(await failureAfter(start, JSON.stringify({ ...start, seal: 'f'.repeat(64) }))).toBeUndefined();
    deadLetters = byQueue((name) => new EmulatedQueue({ name, clock }));
    expect(await failureAfter(start, 'not JSON')).toBeUndefined();
  });
});
