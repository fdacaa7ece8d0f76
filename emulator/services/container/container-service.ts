import type { EventKind, Simulation } from '#emulator/kernel/simulation.ts';
import type { ContainerParameters } from '#emulator/parameters/container-parameters.ts';
import type { CloudQueue, Receipt } from '#emulator/services/queue/cloud-queue.ts';
import { BATCH_ENTRIES } from '#emulator/services/queue/send-timing.ts';
import type { RandomStream } from '#shared/random/random-stream.ts';
import { canReceive, newReplica, type Replica } from './replica.ts';

/** A batch that a replica works on from now on. `end` is called exactly once. */
export interface ContainerBatch {
  readonly replica: number;
  /** Whether the messages come from the control queue. */
  readonly isControl: boolean;
  readonly receipts: readonly Receipt[];
  readonly tokens: number;
  /** Sets when the work ends (not before now). Then the messages that did not fail are deleted. */
  end(endMs: number, failed?: readonly Receipt[]): void;
}

export interface ContainerServiceOptions<Body> {
  readonly simulation: Simulation;
  readonly queue: CloudQueue<Body>;
  /**
   * A second queue, whose messages are received first, in separate batches that do not wait for more
   * messages.
   */
  readonly controlQueue?: CloudQueue<Body>;
  readonly parameters: ContainerParameters;
  readonly receiveLatencyMs: number;
  readonly random: RandomStream;
  /** Tokens of a message, counted against the batch's token limit. */
  readonly tokensOf: (body: Body) => number;
  readonly work: (batch: ContainerBatch) => void;
}

export interface ContainerCounts {
  batches: number;
  messages: number;
  started: number;
  /** Delete requests. Receive requests are counted by the queues. */
  deleteRequests: number;
  busyMs: number;
}

const NONE_FAILED: readonly Receipt[] = [];

/**
 * A service of identical containers that consume a queue, and a control queue if there is one. Each gathers a
 * batch up to a limit of messages, tokens or time, processes it, and polls again. Replicas are started while
 * messages wait, also from zero, and stopped when they have been idle.
 */
export class ContainerService<Body> {
  readonly counts: ContainerCounts = { batches: 0, messages: 0, started: 0, deleteRequests: 0, busyMs: 0 };
  readonly #options: ContainerServiceOptions<Body>;
  readonly #simulation: Simulation;
  readonly #queue: CloudQueue<Body>;
  readonly #controlQueue: CloudQueue<Body> | undefined;
  readonly #parameters: ContainerParameters;
  readonly #replicas: (Replica | undefined)[] = [];
  readonly #receiveKind: EventKind;
  readonly #endKind: EventKind;
  #alive = 0;
  #ableToReceive = 0;
  /** No replica before this index is able to receive. */
  #firstAble = 0;
  #receiving = 0;
  #stoppedMs = 0;

  constructor(options: ContainerServiceOptions<Body>) {
    this.#options = options;
    this.#simulation = options.simulation;
    this.#queue = options.queue;
    this.#controlQueue = options.controlQueue;
    this.#parameters = options.parameters;
    this.#receiveKind = this.#simulation.register(this, this.#receive);
    this.#endKind = this.#simulation.register(this, this.#end);
    for (let count = 0; count < options.parameters.minimumReplicas; count++) this.#rest(this.#add());
    for (const queue of [this.#queue, this.#controlQueue]) queue?.onAvailable(() => this.#wake());
  }

  /** Number of replicas running or starting. */
  get replicas(): number {
    return this.#alive;
  }

  /** Paid time of all replicas so far, including their start [ms]. */
  aliveMs(): number {
    const nowMs = this.#simulation.nowMs;
    return this.#replicas.reduce(
      (sum, replica) => sum + (replica === undefined ? 0 : nowMs - replica.startedAtMs),
      this.#stoppedMs,
    );
  }

  /** Number of messages that the replicas can receive now. */
  get #visible(): number {
    return this.#queue.visible + this.#controlVisible;
  }

  get #controlVisible(): number {
    return this.#controlQueue?.visible ?? 0;
  }

  #wake(): void {
    const { batchMessages } = this.#parameters;
    const replicas = this.#replicas;
    let index = this.#firstAble;
    let firstPassedOver = Number.POSITIVE_INFINITY;
    for (; this.#ableToReceive > 0 && index < replicas.length; index++) {
      if (this.#receiving * batchMessages >= this.#visible) break;
      const replica = replicas[index];
      if (replica === undefined || !canReceive(replica)) continue;
      // A gathering replica receives from the work queue only.
      if (replica.state === 'gathering' && this.#queue.visible === 0) {
        firstPassedOver = Math.min(firstPassedOver, index);
        continue;
      }
      this.#startReceive(replica);
    }
    this.#firstAble = Math.min(firstPassedOver, index);
    this.#scaleOut();
  }

  /** Counts a replica that becomes able to receive. */
  #nowAble(index: number): void {
    this.#ableToReceive++;
    if (index < this.#firstAble) this.#firstAble = index;
  }

  #startReceive(replica: Replica): void {
    replica.isReceiving = true;
    this.#receiving++;
    this.#ableToReceive--;
    const { receiveLatencyMs } = this.#options;
    this.#simulation.post(this.#simulation.nowMs + receiveLatencyMs, this.#receiveKind, replica.index);
  }

  #receive(index: number): void {
    this.#receiving--;
    const replica = this.#replicas[index];
    if (replica === undefined) return;
    replica.isReceiving = false;
    // The batch window may have closed during the receive.
    if (replica.state === 'busy') return;
    this.#nowAble(index);
    const full = this.#fill(replica);
    if (replica.receipts.length === 0) return;
    if (full || replica.isControl || this.#parameters.batchWindowMs === 0) {
      this.#dispatch(replica);
    } else if (replica.state === 'idle') {
      replica.state = 'gathering';
      replica.window = this.#simulation.after(this.#parameters.batchWindowMs, () => this.#dispatch(replica));
    }
    this.#wake();
  }

  /** Receives by tens until the batch is full; returns whether it is. May exceed the token limit. */
  #fill(replica: Replica): boolean {
    const { batchMessages, batchTokens } = this.#parameters;
    if (replica.receipts.length === 0) replica.isControl = this.#controlVisible > 0;
    const queue = this.#queueOf(replica);
    while (replica.receipts.length < batchMessages && replica.tokens < batchTokens) {
      const before = replica.receipts.length;
      queue.receive(Math.min(BATCH_ENTRIES, batchMessages - before), replica.receipts);
      if (replica.receipts.length === before) return false;
      for (let index = before; index < replica.receipts.length; index++) {
        const body = queue.body(replica.receipts[index]);
        if (body !== undefined) replica.tokens += this.#options.tokensOf(body);
      }
    }
    return true;
  }

  #dispatch(replica: Replica): void {
    if (replica.window !== undefined) this.#simulation.cancel(replica.window);
    replica.window = undefined;
    if (!replica.isReceiving) this.#ableToReceive--;
    replica.state = 'busy';
    replica.beganMs = this.#simulation.nowMs;
    const { index, isControl, receipts, tokens } = replica;
    this.counts.batches++;
    this.counts.messages += receipts.length;
    this.#options.work({
      replica: index,
      isControl,
      receipts,
      tokens,
      end: (endMs, failed = NONE_FAILED) => {
        replica.failed = failed;
        this.#simulation.post(endMs, this.#endKind, index);
      },
    });
  }

  /** Ends the batch of a replica. The replica was busy until now, so the index still refers to it. */
  #end(index: number): void {
    const replica = this.#replicas[index];
    if (replica === undefined) return;
    this.counts.busyMs += this.#simulation.nowMs - replica.beganMs;
    this.#settle(this.#queueOf(replica), replica.receipts, replica.failed);
    this.#rest(replica);
    this.#wake();
  }

  #settle(queue: CloudQueue<Body>, receipts: readonly Receipt[], failed: readonly Receipt[]): void {
    for (const receipt of receipts) if (!failed.includes(receipt)) queue.delete(receipt);
    this.counts.deleteRequests += Math.ceil((receipts.length - failed.length) / BATCH_ENTRIES);
  }

  #queueOf({ isControl }: Replica): CloudQueue<Body> {
    return (isControl ? this.#controlQueue : undefined) ?? this.#queue;
  }

  #rest(replica: Replica): void {
    replica.state = 'idle';
    replica.receipts = [];
    replica.tokens = 0;
    replica.idleSinceMs = this.#simulation.nowMs;
    if (!replica.isReceiving) this.#nowAble(replica.index);
    if (this.#alive <= this.#parameters.minimumReplicas) return;
    const sinceMs = replica.idleSinceMs;
    this.#simulation.after(1000 * this.#parameters.idleSeconds, () => this.#stopIfIdle(replica, sinceMs));
  }

  #scaleOut(): void {
    const { maximumReplicas, messagesPerReplica } = this.#parameters;
    while (this.#alive < maximumReplicas && this.#visible > this.#alive * messagesPerReplica) {
      const replica = this.#add();
      const { startSeconds, startSpread } = this.#parameters;
      const startMs = 1000 * startSeconds * Math.exp(startSpread * this.#options.random.normal());
      this.#simulation.after(startMs, () => {
        this.#rest(replica);
        this.#wake();
      });
    }
  }

  #add(): Replica {
    const vacant = this.#replicas.indexOf(undefined);
    const replica = newReplica(vacant < 0 ? this.#replicas.length : vacant, this.#simulation.nowMs);
    this.#replicas[replica.index] = replica;
    this.#alive++;
    this.counts.started++;
    return replica;
  }

  #stopIfIdle(replica: Replica, sinceMs: number): void {
    const atRest = replica.state === 'idle' && !replica.isReceiving && replica.idleSinceMs === sinceMs;
    if (!atRest || this.#alive <= this.#parameters.minimumReplicas) return;
    if (this.#replicas[replica.index] !== replica) return;
    this.#replicas[replica.index] = undefined;
    this.#alive--;
    this.#ableToReceive--;
    this.#stoppedMs += this.#simulation.nowMs - replica.startedAtMs;
  }
}
