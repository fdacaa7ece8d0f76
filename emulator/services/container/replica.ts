import type { EventHandle } from '#emulator/kernel/simulation.ts';
import type { Receipt } from '#emulator/services/queue/cloud-queue.ts';

/** One container of a service. */
export interface Replica {
  readonly index: number;
  readonly startedAtMs: number;
  /** Gathering: it has messages and waits for more. */
  state: 'starting' | 'idle' | 'gathering' | 'busy';
  /** A receive is on its way. */
  looking: boolean;
  /** When it began to have nothing to do. */
  idleSinceMs: number;
  /** The batch being gathered or worked on. */
  receipts: Receipt[];
  tokens: number;
  /** When its work on the batch began, and which of the messages failed. */
  beganMs: number;
  failed: readonly Receipt[];
  window: EventHandle | undefined;
}

export function newReplica(index: number, startedAtMs: number): Replica {
  return {
    index,
    startedAtMs,
    state: 'starting',
    looking: false,
    idleSinceMs: startedAtMs,
    receipts: [],
    tokens: 0,
    beganMs: startedAtMs,
    failed: [],
    window: undefined,
  };
}

/** Whether it could look for messages now. */
export function canLook(replica: Replica): boolean {
  return !replica.looking && (replica.state === 'idle' || replica.state === 'gathering');
}
