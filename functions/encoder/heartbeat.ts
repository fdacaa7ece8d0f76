import { writeFile } from 'node:fs/promises';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';

/**
 * Age from which the last heartbeat is too old. [ms] A long poll takes at most 20 s. A batch may take
 * minutes, but meanwhile the visibility timeouts of its messages are extended every minute, and each
 * extension writes a heartbeat.
 */
const SILENCE_MS = 180_000;

/**
 * The file whose modification time is that of the last heartbeat; undefined when no health check is
 * configured.
 */
export function heartbeatFile(environment: NodeJS.ProcessEnv): string | undefined {
  return environment.AIRTUNE_HEARTBEAT_FILE || undefined;
}

/** Whether the last heartbeat is recent enough. */
export function isAlive(lastMs: number | undefined, nowMs: number): boolean {
  return lastMs !== undefined && nowMs - lastMs < SILENCE_MS;
}

/**
 * Wraps a queue so that each successful request writes a heartbeat. A heartbeat shows that the process runs
 * and reaches the cloud.
 */
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
