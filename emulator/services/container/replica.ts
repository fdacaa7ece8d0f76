import type { EventHandle } from '#emulator/kernel/simulation.ts';
import type { Receipt } from '#emulator/services/queue/cloud-queue.ts';

/** One container of a service. */
export interface Replica {
  readonly index: number;
  readonly startedAtMs: number;
  /** `gathering`: the replica has messages and waits for more. */
  state: 'starting' | 'idle' | 'gathering' | 'busy';
  /** A receive is in progress. */
  isReceiving: boolean;
  /** When the replica became idle. */
  idleSinceMs: number;
  /**
   * Whether the batch that is gathered or processed, with the receipts and tokens below, is from the control
   * queue.
   */
  isControl: boolean;
  receipts: Receipt[];
  tokens: number;
  /** When work on the batch began. `failed` has the receipts of its messages that failed. */
  beganMs: number;
  failed: readonly Receipt[];
  window: EventHandle | undefined;
}

export function newReplica(index: number, startedAtMs: number): Replica {
  return {
    index,
    startedAtMs,
    state: 'starting',
    isReceiving: false,
    idleSinceMs: startedAtMs,
    isControl: false,
    receipts: [],
    tokens: 0,
    beganMs: startedAtMs,
    failed: [],
    window: undefined,
  };
}

/** Whether the replica could start a receive now. */
export function canReceive(replica: Replica): boolean {
  return !replica.isReceiving && (replica.state === 'idle' || replica.state === 'gathering');
}
