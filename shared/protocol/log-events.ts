import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { byStage } from './stages.ts';

const count = z.int().nonnegative();
const milliseconds = z.number();
const stageMs = milliseconds.default(0);

/**
 * Time that the critical path spends in each stage. [ms] Stages that the path does not have are left out of
 * the record.
 */
const criticalPathMs = byStage(() => stageMs);

const consumerFailure = z.object({ queue: z.string(), reason: z.string() });

/**
 * All log events, each with the fields of its records. Functions report no other events. The metric filters,
 * alarms and dashboard of the deployment and the readers of logs derive from this table.
 */
export const LOG_EVENTS = {
  /** A run begins. The record holds all settings that a study needs to model the run. */
  'run-begun': z.object({
    /** JSON of {@link loggedSettingsSchema}. */
    settings: z.string(),
    featureBits: count,
    labels: count,
  }),
  /** A round is committed. */
  'round-committed': z.object({
    /** Number of scheduled devices, and of those whose answers count. */
    selected: count,
    answered: count,
    delaySeconds: z.number(),
    roundMs: milliseconds,
    ...criticalPathMs,
    /** JSON: mean milliseconds of all answering devices by stage. */
    meanStagesMs: z.string(),
    /** Mean tokens of a mini-batch inside the encoder, padding included. */
    meanTokens: z.number(),
    fillTokens: count,
  }),
  /** The handling of a message failed. */
  'message-failed': z.object({
    function: z.string(),
    messageId: z.string(),
    receives: count,
    reason: z.string(),
    /** True when the message would fail in the same way if it were received again. */
    permanent: z.boolean(),
  }),
  /** A device's message arrived after its round was closed. */
  late: z.object({ device: count }),
  /** The encoder repeats a forward pass whose activations it no longer has. */
  recompute: z.object({ device: count }),
  /** A batch failed; its messages are then handled one by one. */
  'batched-failed': z.object({ reason: z.string() }),
  /** The encoder loaded a model. */
  engine: z.object({ engine: z.string(), backend: z.string(), note: z.string() }),
  /** `airtune worker` has started; the fields are the numbers of consumers of each queue. */
  'worker-ready': z.object({ scheduler: count, device: count, encoder: count, 'encoder-control': count }),
  'consumer.queue-unreachable': consumerFailure.extend({ failures: count, retryInMs: milliseconds }),
  'consumer.visibility-not-extended': consumerFailure,
  'consumer.not-put-back': consumerFailure,
  'consumer.not-deleted': consumerFailure,
  'consumer.batch-failed': consumerFailure,
} as const satisfies Readonly<Record<string, z.ZodObject>>;

export type LogEventName = keyof typeof LOG_EVENTS;

/** Fields of an event's record, as {@link reportEvent} receives them. */
export type LogEventFields<Name extends LogEventName> = Readonly<z.input<(typeof LOG_EVENTS)[Name]>>;

/** Receives log records. */
export interface EventSink {
  event(name: string, fields: Readonly<Record<string, string | number | boolean>>): void;
}

/** Passes an event to a sink. The type checks its name and fields; nothing is checked at run time. */
export function reportEvent<Name extends LogEventName>(
  sink: EventSink,
  name: Name,
  fields: LogEventFields<Name> & Readonly<Record<string, string | number | boolean>>,
): void {
  sink.event(name, fields);
}

/** The settings of a run that the record `run-begun` holds: those that a study also has. */
export const loggedSettingsSchema = z.object({
  seed: runConfigSchema.shape.seed,
  data: z.object({ maxTokens: runConfigSchema.shape.data.shape.maxTokens }),
  lora: runConfigSchema.shape.lora,
  head: runConfigSchema.shape.head,
  training: runConfigSchema.shape.training,
  transport: runConfigSchema.shape.transport,
  device: runConfigSchema.shape.device,
  channel: runConfigSchema.shape.channel,
  scheduling: runConfigSchema.shape.scheduling,
});

export type LoggedSettings = z.output<typeof loggedSettingsSchema>;

/** The run and round of the message that a record belongs to. */
const messageFields = z.object({ run: z.string(), round: count });

/** A record of an event that belongs to a message. */
export type LogRecord<Name extends LogEventName> = z.output<(typeof LOG_EVENTS)[Name]> &
  z.output<typeof messageFields>;

/**
 * Reads a record of one event; undefined for any other value.
 *
 * @param subject Names the log in errors.
 * @throws ConfigError naming the field when a record of the event has a missing or wrong field.
 */
export function parseLogRecord<Name extends LogEventName>(
  name: Name,
  value: unknown,
  subject: string,
): LogRecord<Name> | undefined {
  if (!z.object({ event: z.literal(name) }).safeParse(value).success) return undefined;
  const schema: (typeof LOG_EVENTS)[Name] = LOG_EVENTS[name];
  return parseStrict(z.intersection(schema, messageFields), value, `record ${name} in ${subject}`);
}
