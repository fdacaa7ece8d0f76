import type { MessageQueue, OutgoingMessage } from '#shared/cloud/ports/queue.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { FaultyProcess } from './faulty-process.ts';

/** Wraps a queue with a process's faults. Messages are still delivered at least once, in any order. */
export function faultyQueue(process: FaultyProcess, inner: MessageQueue): MessageQueue {
  const { name } = inner;
  const { plan } = process;
  return {
    name,
    send: (messages) =>
      process.callForEach(`send to ${name}`, messages, (part) =>
        inner.send(withSendFaults(plan, name, part)),
      ),
    receive: (options) =>
      process.call(`receive from ${name}`, async () => {
        const received = await inner.receive(options);
        for (const { id, receipt } of received) {
          if (plan.strikes('redeliver', `${id}`)) await inner.changeVisibility([receipt], 0);
        }
        return received;
      }),
    delete: (receipts) => process.callForEach(`delete from ${name}`, receipts, (part) => inner.delete(part)),
    changeVisibility: (receipts, visibilitySeconds) =>
      process.callForEach(`change of visibility in ${name}`, receipts, (part) =>
        inner.changeVisibility(part, visibilitySeconds),
      ),
  };
}

function withSendFaults(
  plan: FaultPlan,
  name: string,
  messages: readonly OutgoingMessage[],
): readonly OutgoingMessage[] {
  const copies = messages.flatMap((message) =>
    plan.strikes('duplicate', `in ${name}`) ? [message, message] : [message],
  );
  const delayed = copies.map((message) =>
    plan.strikes('delay', `in ${name}`)
      ? { ...message, deliverAtMs: message.deliverAtMs + plan.extraDelayMs() }
      : message,
  );
  return delayed.length > 1 && plan.strikes('shuffle', `in ${name}`) ? plan.shuffled(delayed) : delayed;
}
