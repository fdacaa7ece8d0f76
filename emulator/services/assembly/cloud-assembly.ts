import type { Simulation } from '#emulator/kernel/simulation.ts';
import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { ContainerService } from '#emulator/services/container/container-service.ts';
import { Concurrency } from '#emulator/services/functions/concurrency.ts';
import { FunctionPool, type Invocation } from '#emulator/services/functions/function-pool.ts';
import { type Batch, EventSource } from '#emulator/services/pollers/event-source.ts';
import { NO_USAGE, type Usage } from '#emulator/services/prices/bill.ts';
import { billedSends } from '#emulator/services/queue/billed-requests.ts';
import { CloudQueue, type Receipt } from '#emulator/services/queue/cloud-queue.ts';
import { MessageSlots } from '#emulator/services/queue/message-slots.ts';
import { ObjectStoreTiming } from '#emulator/services/store/object-store-timing.ts';
import {
  byQueue,
  LAMBDA_FUNCTIONS,
  type LambdaFunction,
  type QueueName,
} from '#shared/protocol/functions.ts';
import { randomStream } from '#shared/random/random-stream.ts';

/** A batch of messages that a handler receives at the current virtual time. `end` is called exactly once. */
export interface Delivery {
  /** The queue that the messages come from. */
  readonly queue: QueueName;
  /** Index of the encoder's replica; 0 for a function, whose environments are not modelled individually. */
  readonly replica: number;
  readonly receipts: readonly Receipt[];
  /** Time that creating the environment for this delivery took [ms]; 0 in a warm environment. */
  readonly coldStartMs: number;
  /** When the platform stops the handler; Infinity in a container. */
  readonly deadlineMs: number;
  /** Reports when the handler ends (not before now) and which messages failed. */
  end(endMs: number, failed?: readonly Receipt[]): void;
}

export interface CloudAssemblyOptions<Body> {
  readonly simulation: Simulation;
  readonly parameters: CloudParameters;
  readonly seed: number;
  /** Any value of the body type; see MessageSlots. */
  readonly blank: Body;
  /** Bytes of a message's body. */
  readonly bytesOf: (body: Body) => number;
  /** Tokens that a message adds to a batch of the encoder. */
  readonly tokensOf: (body: Body) => number;
  /** Runs a handler on a delivery, or starts one that ends later. */
  readonly begin: (delivery: Delivery) => void;
  readonly deadLetter?: (name: QueueName, body: Body) => void;
}

/** A batch of a poller, delivered to an invocation of a function. */
class FunctionDelivery implements Delivery {
  readonly queue: LambdaFunction;
  readonly replica = 0;
  readonly receipts: readonly Receipt[];
  readonly coldStartMs: number;
  readonly deadlineMs: number;
  readonly #batch: Batch;
  readonly #invocation: Invocation;

  constructor(queue: LambdaFunction, batch: Batch, invocation: Invocation) {
    this.queue = queue;
    this.receipts = batch.receipts;
    this.coldStartMs = invocation.coldStartMs;
    this.deadlineMs = invocation.deadlineMs;
    this.#batch = batch;
    this.#invocation = invocation;
  }

  end(endMs: number, failed?: readonly Receipt[]): void {
    this.#invocation.end(endMs, (timedOut) => this.#batch.settle(timedOut ? this.receipts : failed));
  }
}

const STREAMS: Readonly<Record<QueueName, number>> = {
  scheduler: 1,
  device: 2,
  encoder: 3,
  'encoder-control': 4,
};

/**
 * The virtual cloud, assembled as the system is deployed: its queues, pollers and a function pool for
 * scheduler and device, a container service for the encoder. It does not depend on what the handlers do.
 */
export class CloudAssembly<Body> {
  readonly queues: Readonly<Record<QueueName, CloudQueue<Body>>>;
  readonly store: ObjectStoreTiming;
  readonly #options: CloudAssemblyOptions<Body>;
  readonly #pools: Readonly<Record<LambdaFunction, FunctionPool>>;
  readonly #sources: Readonly<Record<LambdaFunction, EventSource<Body>>>;
  readonly #service: ContainerService<Body>;
  readonly #concurrencies = new Set<Concurrency>();
  #sendRequests = 0;

  constructor(options: CloudAssemblyOptions<Body>) {
    this.#options = options;
    this.store = new ObjectStoreTiming(options.parameters.store);
    const messages = new MessageSlots(options.blank);
    this.queues = byQueue((name) => this.#queue(name, messages));
    const { accountConcurrency } = options.parameters.platform;
    const reserved = LAMBDA_FUNCTIONS.reduce(
      (sum, name) => sum + (options.parameters[name].reservedConcurrency ?? 0),
      0,
    );
    const shared = new Concurrency(Math.max(0, accountConcurrency - reserved));
    this.#pools = { scheduler: this.#pool('scheduler', shared), device: this.#pool('device', shared) };
    this.#sources = { scheduler: this.#source('scheduler'), device: this.#source('device') };
    this.#service = this.#encoder();
  }

  /** Counts the billed requests of one call that sends this many messages of this size. */
  countSend(messages: number, bytesOfEach: number): void {
    this.#sendRequests += billedSends(messages, bytesOfEach);
  }

  get coldStarts(): number {
    return this.#pools.scheduler.counts.coldStarts + this.#pools.device.counts.coldStarts;
  }

  /**
   * Sum over the concurrency limits (the shared one, and each reserved one in use) of the most invocations
   * that ran at once under it. It is at least the most that ran at once in the account.
   */
  get peakConcurrency(): number {
    return [...this.#concurrencies].reduce((sum, { peak }) => sum + peak, 0);
  }

  get timeouts(): number {
    return this.#pools.scheduler.counts.timeouts + this.#pools.device.counts.timeouts;
  }

  get expiredMessages(): number {
    return Object.values(this.queues).reduce((sum, queue) => sum + queue.counts.expired, 0);
  }

  /** The largest relative difference between the two sides of Little's law, over all queues and functions. */
  littleImbalance(): number {
    const { nowMs } = this.#options.simulation;
    const occupancies = [...Object.values(this.queues), ...Object.values(this.#pools)];
    return Math.max(...occupancies.map(({ occupancy }) => occupancy.imbalance(nowMs)));
  }

  /**
   * Usage of everything that is charged for, so far. Transfer to the devices is not known here and stays 0.
   */
  usage(): Usage {
    const { parameters } = this.#options;
    const pools = LAMBDA_FUNCTIONS.map((name) => ({
      ...this.#pools[name].counts,
      gigabytes: parameters[name].memoryMegabytes / 1024,
    }));
    const sources = Object.values(this.#sources);
    // The encoder polls its two queues at once.
    const idlePollMs =
      sources.reduce((sum, source) => sum + source.idlePollMs(), 0) +
      2 * this.#service.aliveMs() -
      this.#service.counts.busyMs;
    const idlePolls = idlePollMs / (1000 * Math.max(1, parameters.queue.longPollSeconds));
    return {
      ...NO_USAGE,
      queueRequests:
        this.#sendRequests +
        Object.values(this.queues).reduce((sum, { counts }) => sum + counts.receiveRequests, 0) +
        sources.reduce((sum, source) => sum + source.deleteRequests, 0) +
        this.#service.counts.deleteRequests +
        idlePolls,
      functionRequests: pools.reduce((sum, { invocations }) => sum + invocations, 0),
      functionGigabyteSeconds: pools.reduce(
        (sum, { billedMs, gigabytes }) => sum + (billedMs / 1000) * gigabytes,
        0,
      ),
      // A listing page costs as much as a put.
      storePuts: this.store.counts.puts + this.store.counts.lists,
      storeGets: this.store.counts.gets,
      containerHours: this.#service.aliveMs() / 3_600_000,
    };
  }

  #queue(name: QueueName, messages: MessageSlots<Body>): CloudQueue<Body> {
    const { simulation, parameters, seed, bytesOf, deadLetter } = this.#options;
    return new CloudQueue({
      simulation,
      parameters: parameters.queue,
      messages,
      bytesOf,
      random: randomStream(seed, 'emulator', 0, STREAMS[name]),
      ...(deadLetter === undefined ? {} : { deadLetter: (body: Body) => deadLetter(name, body) }),
    });
  }

  #pool(name: LambdaFunction, shared: Concurrency): FunctionPool {
    const { simulation, parameters, seed } = this.#options;
    const { reservedConcurrency } = parameters[name];
    const concurrency = reservedConcurrency === undefined ? shared : new Concurrency(reservedConcurrency);
    this.#concurrencies.add(concurrency);
    return new FunctionPool({
      simulation,
      parameters: parameters[name],
      platform: parameters.platform,
      concurrency,
      random: randomStream(seed, 'emulator', STREAMS[name]),
    });
  }

  #source(name: LambdaFunction): EventSource<Body> {
    const { simulation, parameters, begin } = this.#options;
    return new EventSource({
      simulation,
      queue: this.queues[name],
      parameters: parameters[name].poller,
      receiveLatencyMs: parameters.queue.receiveLatencyMs,
      invoke: (batch) => {
        this.#pools[name].invoke((invocation) => begin(new FunctionDelivery(name, batch, invocation)));
      },
    });
  }

  #encoder(): ContainerService<Body> {
    const { simulation, parameters, seed, tokensOf, begin } = this.#options;
    return new ContainerService({
      simulation,
      queue: this.queues.encoder,
      controlQueue: this.queues['encoder-control'],
      parameters: parameters.encoder,
      receiveLatencyMs: parameters.queue.receiveLatencyMs,
      random: randomStream(seed, 'emulator', STREAMS.encoder),
      tokensOf,
      work: (batch) =>
        begin({
          queue: batch.isControl ? 'encoder-control' : 'encoder',
          replica: batch.replica,
          receipts: batch.receipts,
          coldStartMs: 0,
          deadlineMs: Number.POSITIVE_INFINITY,
          end: (endMs, failed) => batch.end(endMs, failed),
        }),
    });
  }
}
