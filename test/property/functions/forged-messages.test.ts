import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FunctionPorts, MessageSender } from '#functions/runtime/function-ports.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { byQueue } from '#shared/protocol/functions.ts';
import type { Message } from '#shared/protocol/message.ts';
import { parseMessage } from '#shared/protocol/message.ts';
import { sealedBody } from '#shared/protocol/message-seal.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { trainedState } from '#test/support/final-state.ts';
import { inputCount } from '#test/support/input-count.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { type FinishedVirtualRun, virtualRun } from '#test/support/virtual-run.ts';

const config: RunConfig = tinyConfig(sharedScratchFolder(tinyModelAndData()));

/** Makes a forgery of a sent message; undefined if this forgery does not apply to it. */
type Forger = (message: Message, body: string) => string | undefined;

interface ForgedRun {
  readonly run: FinishedVirtualRun;
  readonly forged: number;
  readonly reasons: readonly string[];
}

/** A run in which a forger reads every message and sends a forgery before it. */
async function runWith(forge: Forger): Promise<ForgedRun> {
  let forged = 0;
  const reasons: string[] = [];
  const spoiled = (sender: MessageSender): MessageSender => ({
    async send(messages) {
      const forgeries = messages.flatMap(({ body, deliverAtMs }) => {
        const made = forge(parseMessage(body), body);
        return made === undefined ? [] : [{ body: made, deliverAtMs }];
      });
      forged += forgeries.length;
      await sender.send([...forgeries, ...messages]);
    },
  });
  const run = await virtualRun(config, {
    wrap: (_name, create) => (ports: FunctionPorts) =>
      create({
        ...ports,
        queues: byQueue((queue) => spoiled(ports.queues[queue])),
      }),
    listener: (name, fields) => {
      if (name === 'message-failed') reasons.push(String(fields.reason));
    },
  });
  return { run, forged, reasons };
}

let expected: Readonly<Record<string, string>>;
let record: RunRecord;
beforeAll(async () => {
  const { run } = await runWith(() => undefined);
  record = run.record;
  expected = await trainedState(run.objects, run.record.run);
});

/** Asserts that forgeries were refused, each with a reason, and changed nothing. */
async function changesNothing({ run, forged, reasons }: ForgedRun): Promise<void> {
  expect(run.follower.finished).toBe(true);
  expect(forged).toBeGreaterThan(0);
  expect(reasons).toHaveLength(forged);
  for (const reason of reasons) expect(reason.length).toBeGreaterThan(10);
  expect(await trainedState(run.objects, run.record.run)).toEqual(expected);
}

/** A different value of the same type. */
const otherValue = (value: unknown): fc.Arbitrary<unknown> => {
  if (typeof value === 'number')
    return fc.constantFrom(0, 1, 2, 7, 1e6, value + 1).filter((other) => other !== value);
  if (typeof value === 'string')
    return fc.constantFrom('run', 'device.features', 'ab'.repeat(16)).filter((other) => other !== value);
  return fc.constantFrom(null, [], {});
};

describe('a message that no function of the run has made', () => {
  test('is refused whichever field was changed, and changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 40 }), fc.nat(), fc.nat(), async (skipped, field, pick) => {
        let seen = 0;
        const forgedRun = await runWith((_message, body) => {
          seen += 1;
          // Only a few of the messages, which suffices and keeps the run short.
          if (seen <= skipped % 10 || seen > (skipped % 10) + 4) return undefined;
          const fields: [string, unknown][] = Object.entries(JSON.parse(body));
          const [name, value] = fields[field % fields.length];
          const [other] = fc.sample(otherValue(value), { numRuns: 1, seed: pick });
          return JSON.stringify({ ...Object.fromEntries(fields), [name]: other });
        });
        await changesNothing(forgedRun);
      }),
      { numRuns: inputCount(25) },
    );
  });

  test('is refused with the seal of another run, of another message, or with none', async () => {
    for (const forge of [
      (message: Message) => sealedBody({ ...record, run: message.run, prepared: 'f'.repeat(64) }, message),
      (message: Message, body: string) => {
        const other = sealedBody(
          { ...record, run: message.run },
          { ...message, delayMs: message.delayMs + 1 },
        );
        return `${body.slice(0, -66)}${other.slice(-66)}`;
      },
      (message: Message) => JSON.stringify(message),
    ]) {
      let seen = 0;
      await changesNothing(
        await runWith((message, body) => (seen++ % 3 === 0 ? forge(message, body) : undefined)),
      );
    }
  });
});

/** The sealed message with these fields changed, as a faulty function of the run would send it. */
const sealed = (message: Message, change: Readonly<Record<string, unknown>>): string =>
  sealedBody({ ...record, run: message.run }, parseMessage(JSON.stringify({ ...message, ...change })));

describe('a claim that contradicts a decision', () => {
  const claims: readonly (readonly [
    string,
    (message: Message) => Readonly<Record<string, unknown>> | undefined,
  ])[] = [
    [
      'a round past the end',
      ({ run, kind }) => (kind === 'evaluate' ? undefined : { round: 3, traceId: roundTraceId(run, 3) }),
    ],
    [
      'a test that is not due',
      ({ run, kind }) => (kind === 'evaluate' ? { round: 1, traceId: roundTraceId(run, 1) } : undefined),
    ],
    ['the trace of another round', ({ run, round }) => ({ traceId: roundTraceId(run, round + 1) })],
    ['a device that there is not', (message) => ('device' in message ? { device: 3 } : undefined)],
    [
      'a head of a later round',
      (message) => ('headRound' in message ? { headRound: message.round + 1 } : undefined),
    ],
    [
      'more correct predictions than there are',
      ({ kind }) => (kind === 'encoder.gradients' ? { correct: 3 } : undefined),
    ],
    [
      'another number of predictions than a mini-batch has',
      ({ kind }) => (kind === 'encoder.gradients' ? { predictions: 9 } : undefined),
    ],
    [
      'the tensors of another device',
      (message) =>
        'payload' in message && message.payload.place === 'object'
          ? {
              payload: {
                ...message.payload,
                key: message.payload.key.replace(/\/(\d{6})\/(\w+)\.s/, '/000009/$2.s'),
              },
            }
          : undefined,
    ],
    [
      'embeddings inside the message',
      ({ kind }) =>
        kind === 'encoder.embeddings' ? { payload: { place: 'inline', base64: 'AAAA' } } : undefined,
    ],
    [
      'that it is due in 1e300 ms',
      ({ kind }) => (kind === 'round.start' ? undefined : { deliverAtMs: 1e300 }),
    ],
  ];
  test.each(claims)('is refused: %s', async (_claim, change) => {
    await changesNothing(
      await runWith((message) => {
        const changed = change(message);
        return changed === undefined ? undefined : sealed(message, changed);
      }),
    );
  });
});
