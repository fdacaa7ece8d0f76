import type { EventHandle, EventKind, Simulation } from '#emulator/kernel/simulation.ts';
import type { PollerParameters } from '#emulator/parameters/poller-parameters.ts';
import type { CloudQueue, Receipt } from '#emulator/services/queue/cloud-queue.ts';
import { BATCH_ENTRIES } from '#emulator/services/queue/send-timing.ts';
import { PollerScaling } from './poller-scaling.ts';

/**
 * A batch that a poller holds. `settle` is called exactly once, at the virtual time at which the batch ends.
 */
export interface Batch {
  readonly receipts: readonly Receipt[];
  /** When the poller had gathered the batch. */
  readonly gatheredAtMs: number;
  /**
   * Ends the batch: deletes the messages that succeeded; failed ones wait for their visibility timeout.
   * @param failed the failed receipts; `receipts` itself when the whole invocation failed
   */
  settle(failed?: readonly Receipt[]): void;
}

export interface EventSourceOptions<Body> {
  readonly simulation: Simulation;
  readonly queue: CloudQueue<Body>;
  readonly parameters: PollerParameters;
  /** Time from when a message can be received until a poller has it. */
  readonly receiveLatencyMs: number;
  /** Invokes the function with a batch. */
  readonly invoke: (batch: Batch) => void;
}

/**
 * The pollers between a queue and a function. Each holds a long poll open while idle, receives one batch,
 * waits until it ends, and polls again. Assumption, because it is not documented: messages that become
 * visible while a poller is gathering go to that poller until its batch is full.
 */
export class EventSource<Body> {
  readonly #simulation: Simulation;
  readonly #queue: CloudQueue<Body>;
  readonly #parameters: PollerParameters;
  readonly #receiveLatencyMs: number;
  readonly #invoke: (batch: Batch) => void;
  readonly #scaling: PollerScaling;
  readonly #receiveKind: EventKind;
  readonly #growKind: EventKind;
  readonly #windowKind: EventKind;
  /** Pollers that hold a batch. */
  #busy = 0;
  /** Pollers with a receive in progress. */
  #receiving = 0;
  #growing: EventHandle | undefined;
  #gathering: Receipt[] | undefined;
  #window: EventHandle | undefined;
  #deleteRequests = 0;
  #idlePollMs = 0;
  #idleSinceMs: number;

  constructor(options: EventSourceOptions<Body>) {
    this.#simulation = options.simulation;
    this.#queue = options.queue;
    this.#parameters = options.parameters;
    this.#receiveLatencyMs = options.receiveLatencyMs;
    this.#invoke = options.invoke;
    this.#scaling = new PollerScaling(options.parameters);
    this.#idleSinceMs = options.simulation.nowMs;
    this.#receiveKind = this.#simulation.register(this, this.#receive);
    this.#growKind = this.#simulation.register(this, this.#grow);
    this.#windowKind = this.#simulation.register(this, this.#closeWindow);
    this.#queue.onAvailable(() => this.#wake());
  }

  /** Number of batches in progress. */
  get busy(): number {
    return this.#busy;
  }

  /** Number of batches that may be in progress at once now. */
  get limit(): number {
    return this.#scaling.limit;
  }

  /** Number of delete requests so far. Receive requests that return messages are counted by the queue. */
  get deleteRequests(): number {
    return this.#deleteRequests;
  }

  /** Total time that pollers spent in long polls [ms]. Every `longPollSeconds` of it is one request. */
  idlePollMs(): number {
    this.#countIdle();
    return this.#idlePollMs;
  }

  /** Starts receives on as many free pollers as the visible messages need. */
  #wake(): void {
    const { batchSize } = this.#parameters;
    if (this.#busy === 0) this.#scaling.startOver(this.#simulation.nowMs);
    while (this.#receiving * batchSize < this.#queue.visible && this.#mayReceive()) {
      this.#countIdle();
      this.#receiving++;
      this.#simulation.post(this.#simulation.nowMs + this.#receiveLatencyMs, this.#receiveKind);
    }
    if (this.#queue.visible > this.#receiving * batchSize && this.#growing === undefined) {
      this.#scaling.touch(this.#simulation.nowMs);
      this.#armGrowth();
    }
  }

  #mayReceive(): boolean {
    if (this.#gathering !== undefined && this.#receiving === 0) return true;
    const gathering = this.#gathering === undefined ? 0 : 1;
    return this.#busy + this.#receiving + gathering < this.#scaling.limit;
  }

  #receive(): void {
    this.#countIdle();
    this.#receiving--;
    const receipts = this.#gathering ?? [];
    this.#queue.receive(this.#parameters.batchSize - receipts.length, receipts);
    if (receipts.length === 0) return;
    this.#scaling.touch(this.#simulation.nowMs);
    if (receipts.length === this.#parameters.batchSize || this.#parameters.batchWindowMs === 0) {
      this.#dispatch(receipts);
    } else if (this.#gathering === undefined) {
      this.#gathering = receipts;
      const endMs = this.#simulation.nowMs + this.#parameters.batchWindowMs;
      this.#window = this.#simulation.post(endMs, this.#windowKind);
    }
    this.#wake();
  }

  #closeWindow(): void {
    const receipts = this.#gathering;
    this.#window = undefined;
    if (receipts !== undefined) this.#dispatch(receipts);
  }

  #dispatch(receipts: readonly Receipt[]): void {
    if (this.#window !== undefined) this.#simulation.cancel(this.#window);
    this.#window = undefined;
    this.#gathering = undefined;
    this.#busy++;
    this.#invoke({
      receipts,
      gatheredAtMs: this.#simulation.nowMs,
      settle: (failed = []) => this.#settle(receipts, failed),
    });
  }

  #settle(receipts: readonly Receipt[], failed: readonly Receipt[]): void {
    this.#countIdle();
    this.#busy--;
    if (failed !== receipts) {
      const kept = failed.length === 0 ? undefined : new Set(failed);
      for (const receipt of receipts) if (!kept?.has(receipt)) this.#queue.delete(receipt);
    }
    this.#deleteRequests += Math.ceil((receipts.length - failed.length) / BATCH_ENTRIES);
    this.#scaling.touch(this.#simulation.nowMs);
    this.#wake();
  }

  #armGrowth(): void {
    const stepMs = this.#scaling.stepMs;
    if (stepMs === Number.POSITIVE_INFINITY) return;
    this.#growing = this.#simulation.post(this.#simulation.nowMs + stepMs, this.#growKind);
  }

  #grow(): void {
    this.#countIdle();
    this.#growing = undefined;
    if (this.#queue.visible <= this.#receiving * this.#parameters.batchSize) return;
    this.#scaling.grow(this.#simulation.nowMs);
    this.#wake();
  }

  #countIdle(): void {
    const nowMs = this.#simulation.nowMs;
    const working = this.#busy + this.#receiving;
    this.#idlePollMs +=
      this.#scaling.pollerMs(this.#idleSinceMs, nowMs) - working * (nowMs - this.#idleSinceMs);
    this.#idleSinceMs = nowMs;
  }
}
