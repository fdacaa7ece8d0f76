import { writeFile } from 'node:fs/promises';
import type { MessageQueue } from '#shared/cloud/ports/queue.ts';

/** A long poll takes 20 s. A batch may take minutes, but extends its messages' visibility all along. */
const SILENCE_MS = 180_000;

/** The file whose modification time is the last heartbeat; undefined where no health check is configured. */
export function heartbeatFile(environment: NodeJS.ProcessEnv): string | undefined {
  return environment.AIRTUNE_HEARTBEAT_FILE || undefined;
}

/** True when the last heartbeat is recent enough. */
export function isAlive(lastMs: number | undefined, nowMs: number): boolean {
  return lastMs !== undefined && nowMs - lastMs < SILENCE_MS;
}

/** A queue that writes a heartbeat after each request that succeeds: the process runs and reaches the cloud. */
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
