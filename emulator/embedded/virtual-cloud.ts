import { Simulation } from '#emulator/kernel/simulation.ts';
import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { CloudAssembly, type Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import type { HandledDelivery } from '#emulator/services/assembly/handled-delivery.ts';
import { type CostModel, containerCost, functionCost } from '#emulator/services/compute/cost-model.ts';
import { RequestMeter } from '#emulator/services/store/request-meter.ts';
import { type BatchHandler, type BatchWork, createBatchHandler } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import {
  byFunction,
  byQueue,
  FUNCTIONS,
  QUEUES,
  type QueueName,
  queueOf,
} from '#shared/protocol/functions.ts';
import type { FunctionName, Message } from '#shared/protocol/message.ts';
import { type SealingRecord, sealedBody } from '#shared/protocol/message-seal.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { InvocationClock } from './invocation-clock.ts';
import { virtualObjectStore } from './virtual-object-store.ts';
import { deadLetterSender, type EventListener, virtualSender, virtualTelemetry } from './virtual-ports.ts';

export interface VirtualCloudOptions {
  readonly parameters: CloudParameters;
  readonly seed: number;
  readonly objects: ObjectStore;
  /** Creates a function on the given ports; the encoder is created once for each replica that works. */
  readonly functions: Readonly<Record<FunctionName, (ports: FunctionPorts) => BatchWork>>;
  /** Tokens that a message adds to a batch of the encoder. */
  readonly tokensOf: (body: string) => number;
  readonly listener: EventListener;
  /** Called for every delivery, with the texts of its messages. */
  readonly onHandled?: (delivery: HandledDelivery<string>) => void;
}

/** The random stream of redelivery delays; other parts of the cloud use other streams of this seed. */
const REDELIVERY_STREAM = 10;

/**
 * The virtual cloud with the real functions in it: the emulator's queues, pollers, function pools and
 * container service deliver real messages to real handlers, and the handlers' work is charged in virtual
 * time.
 */
export class VirtualCloud {
  readonly simulation: Simulation;
  readonly #assembly: CloudAssembly<string>;
  readonly #clock: InvocationClock;
  readonly #options: VirtualCloudOptions;
  readonly #costs: Readonly<Record<FunctionName, CostModel>>;
  /**
   * The handlers of each function, and of each replica of the encoder, because replicas share no memory.
   */
  readonly #handlers = new Map<string, Readonly<Record<QueueName, BatchHandler>>>();
  readonly #begun: Delivery[] = [];

  constructor(options: VirtualCloudOptions, startMs = 0) {
    const { parameters, seed, tokensOf } = options;
    this.#options = options;
    this.simulation = new Simulation(startMs);
    this.#clock = new InvocationClock(this.simulation);
    this.#assembly = new CloudAssembly({
      simulation: this.simulation,
      parameters,
      seed,
      blank: '',
      bytesOf: (body) => Buffer.byteLength(body),
      tokensOf,
      begin: (delivery) => this.#begun.push(delivery),
      deadLetter: (queue) => options.listener('dead-letter', { function: QUEUES[queue].function }),
    });
    const { cost } = parameters;
    this.#costs = byFunction((name) =>
      name === 'encoder' ? containerCost(cost) : functionCost(cost, parameters[name].memoryMegabytes),
    );
  }

  /** Sends a message of a run to its queue. */
  send(record: SealingRecord, message: Message): void {
    const queue = this.#assembly.queues[queueOf(message.kind)];
    queue.send(sealedBody(record, message), this.simulation.nowMs, message.deliverAtMs);
  }

  /**
   * Runs the earliest event, and all handlers that it starts until they end.
   * @returns false when no event is left.
   * @throws the error of an invocation that failed as a whole.
   */
  async step(): Promise<boolean> {
    if (!this.simulation.step()) return false;
    for (let delivery = this.#begun.shift(); delivery !== undefined; delivery = this.#begun.shift()) {
      await this.#handle(delivery);
    }
    return true;
  }

  /**
   * The batch handler of a queue. The handlers of one replica's queues share memory, because one function
   * makes them.
   */
  #handlerOf(queue: QueueName, replica: number): BatchHandler {
    const instance = `${QUEUES[queue].function}/${replica}`;
    const handlers = this.#handlers.get(instance) ?? this.#newHandlers(QUEUES[queue].function, replica);
    this.#handlers.set(instance, handlers);
    return handlers[queue];
  }

  #newHandlers(name: FunctionName, replica: number): Readonly<Record<QueueName, BatchHandler>> {
    const options = this.#options;
    const clock = this.#clock;
    const { queues, store } = this.#assembly;
    const sender = (queue: QueueName) =>
      virtualSender(queues[queue], clock, options.parameters.queue, (count, bytes) =>
        this.#assembly.countSend(count, bytes),
      );
    const dead = deadLetterSender(options.listener);
    const ports: FunctionPorts = {
      queues: byQueue(sender),
      deadLetters: byQueue(() => dead),
      objects: virtualObjectStore(options.objects, clock, store),
      clock,
      telemetry: virtualTelemetry(clock, this.#costs[name], options.listener),
    };
    const random = randomStream(options.seed, 'emulator', REDELIVERY_STREAM, replica);
    const settings = { ...FUNCTIONS[name], uniform: () => random.uniform() };
    const work = options.functions[name](ports);
    return byQueue((queue) => createBatchHandler({ ...settings, queue }, ports, work));
  }

  async #handle(delivery: Delivery): Promise<void> {
    const { replica, receipts, coldStartMs, deadlineMs } = delivery;
    const queue = this.#assembly.queues[delivery.queue];
    const messages = receipts.flatMap((receipt) => {
      const body = queue.body(receipt);
      const attributes = queue.attributes(receipt);
      const id = String(receipt);
      return body === undefined || attributes === undefined ? [] : [{ id, receipt: id, body, ...attributes }];
    });
    await this.#clock.restart();
    const beganMs = this.#clock.nowMs();
    const meter = new RequestMeter(this.#assembly.store);
    const kept = await this.#handlerOf(delivery.queue, replica)(messages, {
      remainingMs: () => deadlineMs - this.#clock.nowMs(),
      coldStartMs,
      redeliver: async ({ receipt }, afterSeconds) => {
        const visibleAtMs = this.#clock.nowMs() + 1000 * afterSeconds;
        queue.changeVisibility(Number(receipt), visibleAtMs - this.simulation.nowMs);
      },
    });
    const endMs = this.#clock.nowMs();
    const bodies = messages.map(({ body }) => body);
    this.#options.onHandled?.({
      queue: delivery.queue,
      messages: bodies,
      beganMs,
      endMs,
      requests: meter.pause(),
    });
    delivery.end(endMs, kept.map(Number));
  }
}
