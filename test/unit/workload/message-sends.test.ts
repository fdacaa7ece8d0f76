import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES, MESSAGE_ROUTES, QUEUES, queueOf } from '#shared/protocol/functions.ts';
import { messageSchema } from '#shared/protocol/message.ts';
import { SENDS, type SentKind, sentMessages } from '#shared/workload/message-sends.ts';

const KINDS = messageSchema.options.map(({ shape }) => shape.kind.value);

describe('the table of sends', () => {
  it('has the routes of all functions, and no other', () => {
    const sent = new Set(
      KINDS.flatMap((handled) =>
        SENDS[handled].map(({ kind }) => `${QUEUES[queueOf(handled)].function} sends ${kind}`),
      ),
    );
    const routed = KINDS.flatMap((kind) =>
      FUNCTION_NAMES.filter((name) => MESSAGE_ROUTES[kind].from.includes(name)).map(
        (name) => `${name} sends ${kind}`,
      ),
    );
    expect([...sent].sort()).toEqual(routed.sort());
  });

  it('counts a message for each device of the plan, and one for the deadline', () => {
    expect(sentMessages('round.start', 7)).toEqual([
      { kind: 'device.scheduled', count: 7 },
      { kind: 'encoder.close-round', count: 1 },
    ]);
  });

  it('lets the compiler refuse a kind that a handler does not send', () => {
    const sent: SentKind<'device.scheduled'> = 'encoder.embeddings';
    // @ts-expect-error a device that was scheduled sends no gradients
    const other: SentKind<'device.scheduled'> = 'encoder.gradients';
    expect(sent).not.toBe(other);
  });
});
