import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueueParameters } from '#emulator/parameters/queue-parameters.ts';
import type { CostModel } from '#emulator/services/compute/cost-model.ts';
import type { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { sendDurationMs, storedAfterMs } from '#emulator/services/queue/send-timing.ts';
import type { MessageSender } from '#functions/runtime/function-ports.ts';
import type { RecordFields, Telemetry } from '#shared/cloud/ports/telemetry.ts';
import type { InvocationClock } from './invocation-clock.ts';

/**
 * The sending side of a virtual queue: a send takes virtual time, and each message can be received exactly
 * when it is due, or when it is stored if that is later.
 */
export function virtualSender(
  queue: CloudQueue<string>,
  clock: InvocationClock,
  parameters: QueueParameters,
  countSend: (messages: number, bytesOfEach: number) => void,
): MessageSender {
  return {
    async send(messages) {
      const sentAtMs = clock.nowMs();
      messages.forEach(({ body, deliverAtMs }, index) => {
        queue.send(body, sentAtMs + storedAfterMs(index, parameters), deliverAtMs);
      });
      const bytes = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
      if (messages.length > 0) countSend(messages.length, bytes / messages.length);
      await clock.sleepMs(sendDurationMs(messages.length, parameters));
    },
  };
}

/** Receives the events of handlers, to show or count them. */
export type EventListener = (name: string, fields: RecordFields) => void;

/** A dead-letter queue that delivers nothing: every dead letter is reported to the listener. */
export function deadLetterSender(listener: EventListener): MessageSender {
  return {
    async send(messages) {
      for (const { body } of messages) listener('dead-letter', { body });
    },
  };
}

/** Telemetry that does the real work and charges the cost model's time. Evaluation costs no virtual time. */
export function virtualTelemetry(
  clock: InvocationClock,
  costMs: CostModel,
  listener: EventListener,
): Telemetry {
  // Fields follow the asynchronous calls of a task, because a handler may run several tasks concurrently.
  const surroundings = new AsyncLocalStorage<RecordFields>();
  return {
    within: (fields, task) => surroundings.run({ ...surroundings.getStore(), ...fields }, task),
    async measure(work, task) {
      const elapsedMs = work.stage === 'evaluate' ? 0 : costMs(work);
      const result = await clock.compute(task, elapsedMs);
      return { result, elapsedMs };
    },
    event: (name, fields) => listener(name, { ...surroundings.getStore(), ...fields }),
  };
}
