import { Simulation } from '#emulator/kernel/simulation.ts';
import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { CloudAssembly, type Delivery } from '#emulator/services/assembly/cloud-assembly.ts';
import type { HandledDelivery } from '#emulator/services/assembly/handled-delivery.ts';
import { type CostModel, containerCost, functionCost } from '#emulator/services/compute/cost-model.ts';
import { RequestMeter } from '#emulator/services/store/request-meter.ts';
import { type BatchHandler, type BatchWork, createBatchHandler } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { FUNCTION_SETTINGS } from '#functions/runtime/function-settings.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { type FunctionName, type Message, receiverOf } from '#shared/protocol/message.ts';
import { type SealingRecord, sealedBody } from '#shared/protocol/message-seal.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { InvocationClock } from './invocation-clock.ts';
import { virtualObjectStore } from './virtual-object-store.ts';
import { deadLetterSender, type EventListener, virtualSender, virtualTelemetry } from './virtual-ports.ts';

export interface VirtualCloudOptions {
  readonly parameters: CloudParameters;
  readonly seed: number;
  readonly objects: ObjectStore;
  /** Makes a function on the ports it is given; the encoder once for each replica that works. */
  readonly functions: Readonly<Record<FunctionName, (ports: FunctionPorts) => BatchWork>>;
  /** Tokens that a message brings to the encoder, for the token budget of its batches. */
  readonly tokensOf: (body: string) => number;
  readonly listener: EventListener;
  /** Told of every delivery, with the texts of its messages. */
  readonly onHandled?: (delivery: HandledDelivery<string>) => void;
}

/** Names the random stream of redelivery delays; the parts of the cloud draw from others of this seed. */
const REDELIVERY_STREAM = 10;

/**
 * The virtual cloud with the real functions in it: queues, pollers, function pools and the container service of the
 * emulator deliver real messages to real handlers, and what these take is charged in virtual time.
 */
export class VirtualCloud {
  readonly simulation: Simulation;
  readonly #assembly: CloudAssembly<string>;
  readonly #clock: InvocationClock;
  readonly #options: VirtualCloudOptions;
  readonly #costs: Readonly<Record<FunctionName, CostModel>>;
  /** A handler for each function, and for each replica of the encoder: replicas share no memory. */
  readonly #handlers = new Map<string, BatchHandler>();
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
      tokensOf,
      begin: (delivery) => this.#begun.push(delivery),
      deadLetter: (name) => options.listener('dead-letter', { function: name }),
    });
    const { scheduler, device, cost } = parameters;
    this.#costs = {
      scheduler: functionCost(cost, scheduler.memoryMegabytes),
      device: functionCost(cost, device.memoryMegabytes),
      encoder: containerCost(cost),
    };
  }

  /** Puts a message of a run into the queue of the function it is for. */
  send(record: SealingRecord, message: Message): void {
    const queue = this.#assembly.queues[receiverOf(message.kind)];
    queue.send(sealedBody(record, message), this.simulation.nowMs, message.deliverAtMs);
  }

  /**
   * Runs the earliest event, and to their ends the handlers that it begins. False when nothing is left to happen.
   * Rejects with what a whole invocation failed for.
   */
  async step(): Promise<boolean> {
    if (!this.simulation.step()) return false;
    for (let delivery = this.#begun.shift(); delivery !== undefined; delivery = this.#begun.shift()) {
      await this.#handle(delivery);
    }
    return true;
  }

  #handlerOf(name: FunctionName, replica: number): BatchHandler {
    const key = `${name}/${replica}`;
    const handler = this.#handlers.get(key) ?? this.#newHandler(name, replica);
    this.#handlers.set(key, handler);
    return handler;
  }

  #newHandler(name: FunctionName, replica: number): BatchHandler {
    const options = this.#options;
    const clock = this.#clock;
    const { queues, store } = this.#assembly;
    const sender = (receiver: FunctionName) =>
      virtualSender(queues[receiver], clock, options.parameters.queue, (count) =>
        this.#assembly.countSend(count),
      );
    const dead = deadLetterSender(options.listener);
    const ports: FunctionPorts = {
      queues: { scheduler: sender('scheduler'), device: sender('device'), encoder: sender('encoder') },
      deadLetters: { scheduler: dead, device: dead, encoder: dead },
      objects: virtualObjectStore(options.objects, clock, store),
      clock,
      telemetry: virtualTelemetry(clock, this.#costs[name], options.listener),
    };
    const random = randomStream(options.seed, 'emulator', REDELIVERY_STREAM, replica);
    const settings = { ...FUNCTION_SETTINGS[name], function: name, uniform: () => random.uniform() };
    return createBatchHandler(settings, ports, options.functions[name](ports));
  }

  async #handle(delivery: Delivery): Promise<void> {
    const { function: name, replica, receipts, coldStartMs, deadlineMs } = delivery;
    const queue = this.#assembly.queues[name];
    const messages = receipts.flatMap((receipt) => {
      const body = queue.body(receipt);
      const attributes = queue.attributes(receipt);
      const id = String(receipt);
      return body === undefined || attributes === undefined ? [] : [{ id, receipt: id, body, ...attributes }];
    });
    await this.#clock.restart();
    const beganMs = this.#clock.nowMs();
    const meter = new RequestMeter(this.#assembly.store);
    const kept = await this.#handlerOf(name, replica)(messages, {
      remainingMs: () => deadlineMs - this.#clock.nowMs(),
      coldStartMs,
      redeliver: async ({ receipt }, afterSeconds) => {
        const visibleAtMs = this.#clock.nowMs() + 1000 * afterSeconds;
        queue.changeVisibility(Number(receipt), visibleAtMs - this.simulation.nowMs);
      },
    });
    const endMs = this.#clock.nowMs();
    const bodies = messages.map(({ body }) => body);
    this.#options.onHandled?.({ function: name, messages: bodies, beganMs, endMs, requests: meter.pause() });
    delivery.end(endMs, kept.map(Number));
  }
}
