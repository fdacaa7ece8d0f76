import * as z from 'zod';
import { ProtocolError } from '#shared/errors.ts';
import { STAGES } from './stages.ts';

/**
 * Version of all messages. Functions refuse other versions, because their fields may have another meaning.
 */
export const PROTOCOL_VERSION = 4;

const count = z.int().nonnegative();

/** A payload: inside the message, or a stored object whose key the message holds. */
const payload = z.discriminatedUnion('place', [
  z.strictObject({ place: z.literal('inline'), base64: z.base64() }),
  z.strictObject({ place: z.literal('object'), key: z.string().min(1), bytes: count }),
]);

/** Time that a device spent in one stage of a round. The span begins where the previous span ends. */
const span = z.strictObject({
  stage: z.enum(STAGES),
  endsAtMs: z.number(),
});

/** A timeline: spans in order, each beginning where the previous one ends. */
export const timelineSchema = z.array(span);

/** Mean time that the devices that answered spent in each stage; a stage without time is left out. [ms] */
export const meanStagesSchema = z.partialRecord(z.enum(STAGES), z.number());

/** The engine that ran the encoder, for example `onnx` on `cpu`, and the number of tokens that fills it. */
export const encoderSchema = z.strictObject({ engine: z.string(), backend: z.string(), fillTokens: count });

const envelope = {
  version: z.literal(PROTOCOL_VERSION),
  run: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  /**
   * Number of the run's start or resumption that the message belongs to, from 0. Messages of an earlier epoch
   * cannot start a round, and the deadline of an earlier epoch cannot close one.
   */
  epoch: count,
  round: count,
  /** Earliest time at which the message may be handled, by the sender's clock. [ms] */
  deliverAtMs: z.number().nonnegative(),
  /**
   * The delay that `deliverAtMs` includes. [ms] A receiver never waits longer than this, because the clocks
   * of machines differ and may jump.
   */
  delayMs: z.number().nonnegative(),
  /** The trace id of the round, the same in all its messages. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
};

/** Fields of every message of one device's part of a round. */
const deviceHeaders = {
  ...envelope,
  device: count,
  /** Achievable rate in this round, for all three transmissions. [bit/s] */
  rateBitsPerSecond: z.number().positive(),
  /** Time at which the first span of the device's timeline begins. */
  roundStartedAtMs: z.number(),
  timeline: timelineSchema,
};

/** Every message, by its kind. Unknown fields are refused. */
export const messageSchema = z.discriminatedUnion('kind', [
  /** Command line, scheduler, or encoder after a test that may end the run -> scheduler: plan this round. */
  z.strictObject({ ...envelope, kind: z.literal('round.start') }),
  /**
   * Scheduler -> device: take part in the round with this bandwidth, before the round closes at the deadline.
   * `headRound` names the head to start from: the head after that many rounds, 0 for the initial head.
   */
  z.strictObject({
    ...deviceHeaders,
    kind: z.literal('device.scheduled'),
    headRound: count,
    bandwidthHz: z.number().positive(),
    deadlineMs: z.number(),
  }),
  /**
   * Device -> encoder: embedding output of a mini-batch, always as a stored object. An encoder that no longer
   * has the activations reads the object again to recompute them when the gradient arrives.
   */
  z.strictObject({ ...deviceHeaders, kind: z.literal('encoder.embeddings'), headRound: count, payload }),
  /** Encoder -> device: features of that mini-batch. */
  z.strictObject({ ...deviceHeaders, kind: z.literal('device.features'), headRound: count, payload }),
  /** Device -> encoder: the feature gradient, and the loss and counts of the mini-batch. */
  z.strictObject({
    ...deviceHeaders,
    kind: z.literal('encoder.gradients'),
    payload,
    loss: z.number().nonnegative(),
    /** Predictions of the mini-batch, one for each example or token, and the correct ones among them. */
    predictions: z.int().positive(),
    correct: count,
  }),
  /**
   * Scheduler -> encoder, delayed to the round's deadline: close the round with the answers that are stored.
   */
  z.strictObject({ ...envelope, kind: z.literal('encoder.close-round'), roundStartedAtMs: z.number() }),
  /** Encoder -> scheduler: the gradient of the round has been applied to LoRA. Summarises the round. */
  z.strictObject({
    ...envelope,
    kind: z.literal('round.closed'),
    roundStartedAtMs: z.number(),
    /** Mean over the answered mini-batches; null when no device answered. */
    trainLoss: z.number().nonnegative().nullable(),
    trainAccuracy: z.number().min(0).max(1).nullable(),
    /** The device that answered last, and its timeline to the end of the round. */
    criticalDevice: count.nullable(),
    criticalPath: timelineSchema,
    meanStagesMs: meanStagesSchema,
    /** Mean tokens of a mini-batch inside the encoder, padding included; 0 when no device answered. */
    meanTokens: z.number().nonnegative(),
    encoder: encoderSchema,
  }),
  /**
   * Scheduler or command line -> encoder: test the model. `round` is the number of rounds after which it is
   * tested.
   */
  z.strictObject({ ...envelope, kind: z.literal('evaluate') }),
]);

export type Message = z.output<typeof messageSchema>;
export type MessageKind = Message['kind'];
export type MessageOf<K extends MessageKind> = Extract<Message, { kind: K }>;
export type PayloadReference = z.output<typeof payload>;
export type Span = z.output<typeof span>;

/** The fields of a message that give its due time, `delayMs` after `nowMs`. */
export function dueAfter(nowMs: number, delayMs: number): Pick<Message, 'deliverAtMs' | 'delayMs'> {
  return { deliverAtMs: nowMs + delayMs, delayMs };
}

/** A function of the system; functions.ts holds the tables of functions and of their queues. */
export type FunctionName = 'scheduler' | 'device' | 'encoder';

/**
 * Parses the body of a message and drops the seal that its sender added.
 *
 * @throws ProtocolError naming the field when the text is not a message of this protocol version.
 */
export function parseMessage(body: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new ProtocolError('is not JSON.', { subject: 'message', cause });
  }
  const parsed = messageSchema.safeParse(splitSeal(value).message);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ProtocolError(`${issue.path.map(String).join('.') || 'envelope'}: ${issue.message}.`, {
    subject: 'message',
    cause: parsed.error,
  });
}

/**
 * Divides a parsed body into its seal and the fields that the seal covers. The seal is undefined where there
 * is none.
 */
export function splitSeal(value: unknown): { readonly seal: unknown; readonly message: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { seal: undefined, message: value };
  const { seal, ...message } = { seal: undefined, ...value };
  return { seal, message };
}
