import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueueParameters } from '#emulator/parameters/queue-parameters.ts';
import type { CostModel } from '#emulator/services/compute/cost-model.ts';
import type { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { sendDurationMs, storedAfterMs } from '#emulator/services/queue/send-timing.ts';
import type { MessageSender } from '#functions/runtime/function-ports.ts';
import type { RecordFields, Telemetry } from '#shared/cloud/ports/telemetry.ts';
import type { InvocationClock } from './invocation-clock.ts';

/** A virtual queue as functions see it: sending takes its time, and messages arrive when they are due, exactly. */
export function virtualSender(
  queue: CloudQueue<string>,
  clock: InvocationClock,
  parameters: QueueParameters,
  countSend: (messages: number) => void,
): MessageSender {
  return {
    async send(messages) {
      const sentAtMs = clock.nowMs();
      messages.forEach(({ body, deliverAtMs }, index) => {
        queue.send(body, sentAtMs + storedAfterMs(index, parameters), deliverAtMs);
      });
      countSend(messages.length);
      await clock.sleepMs(sendDurationMs(messages.length, parameters));
    },
  };
}

/** Something that happened in a handler, as it may be shown or counted. */
export type EventListener = (name: string, fields: RecordFields) => void;

/** Dead letters are not delivered to anyone here: they are told of. */
export function deadLetterSender(listener: EventListener): MessageSender {
  return {
    async send(messages) {
      for (const { body } of messages) listener('dead-letter', { body });
    },
  };
}

/** Work is done for real and charged by the cost model; tests of the model beside the algorithm cost nothing. */
export function virtualTelemetry(
  clock: InvocationClock,
  costMs: CostModel,
  listener: EventListener,
): Telemetry {
  // Follows the calls of a task: a handler may have several tasks beside each other.
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
