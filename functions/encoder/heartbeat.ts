import { writeFile } from 'node:fs/promises';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';

/** A long poll takes 20 s and a batch may take minutes; while it lasts its messages are hidden anew all the time. */
const SILENCE_MS = 180_000;

/** Where signs of life are left; undefined where nobody looks for them. */
export function heartbeatFile(environment: NodeJS.ProcessEnv): string | undefined {
  return environment.AIRTUNE_HEARTBEAT_FILE || undefined;
}

/** True when the last sign of life is recent enough. */
export function isAlive(lastMs: number | undefined, nowMs: number): boolean {
  return lastMs !== undefined && nowMs - lastMs < SILENCE_MS;
}

/** A queue whose every answered request counts as a sign of life: this process runs, and the cloud answers it. */
export function withHeartbeat(queue: MessageQueue, file: string | undefined): MessageQueue {
  if (file === undefined) return queue;
  const beat = async <T>(request: Promise<T>): Promise<T> => {
    const answer = await request;
    await writeFile(file, '').catch(() => {});
    return answer;
  };
  return {
    name: queue.name,
    send: (messages) => beat(queue.send(messages)),
    receive: (options) => beat(queue.receive(options)),
    delete: (receipts) => beat(queue.delete(receipts)),
    changeVisibility: (receipts, seconds) => beat(queue.changeVisibility(receipts, seconds)),
  };
}
