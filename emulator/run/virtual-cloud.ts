import {
  type BatchHandler,
  type BatchWork,
  createBatchHandler,
} from '../../functions/common/batch-handler.ts';
import type { FunctionPorts } from '../../functions/common/function-ports.ts';
import { sqsEvent } from '../../functions/common/sqs-event.ts';
import type { ObjectStore } from '../../shared/cloud/ports/object-store.ts';
import { type FunctionName, type Message, receiverOf } from '../../shared/protocol/message.ts';
import { randomStream } from '../../shared/random/random-stream.ts';
import { type CostModel, containerCost, functionCost } from '../compute/cost-model.ts';
import { ContainerService } from '../container/container-service.ts';
import { Concurrency } from '../functions/concurrency.ts';
import { FunctionPool } from '../functions/function-pool.ts';
import type { CloudParameters } from '../parameters/cloud-parameters.ts';
import { EventSource } from '../pollers/event-source.ts';
import { CloudQueue, type Receipt } from '../queue/cloud-queue.ts';
import { Simulation } from '../simulation.ts';
import { ObjectStoreTiming } from '../store/object-store-timing.ts';
import { InvocationClock } from './invocation-clock.ts';
import { virtualObjectStore } from './virtual-object-store.ts';
import { type EventListener, virtualSender, virtualTelemetry } from './virtual-ports.ts';

export interface VirtualCloudOptions {
  readonly parameters: CloudParameters;
  readonly seed: number;
  readonly objects: ObjectStore;
  /** Makes the functions, each on the ports it is given. */
  readonly functions: Readonly<Record<FunctionName, (ports: FunctionPorts) => BatchWork>>;
  /** Tokens that a message brings to the encoder, for the token budget of its batches. */
  readonly tokensOf: (body: string) => number;
  readonly listener: EventListener;
}

/** No function is stopped for lack of time before its queue shows the message to others. */
const MAX_RECEIVES = 5;

/**
 * The virtual cloud with the real functions in it: queues, pollers, function pools and the container service of the
 * emulator deliver real messages to real handlers, and what these take is charged in virtual time.
 */
export class VirtualCloud {
  readonly simulation: Simulation;
  readonly #queues: Readonly<Record<FunctionName, CloudQueue<string>>>;
  readonly #begun: (() => Promise<void>)[] = [];

  constructor(options: VirtualCloudOptions, startMs = 0) {
    this.simulation = new Simulation(startMs);
    const { parameters, seed } = options;
    const random = randomStream(seed, 'emulator');
    const { simulation } = this;
    const clock = new InvocationClock(simulation);
    const queue = () =>
      new CloudQueue<string>({ simulation, parameters: parameters.queue, blank: '', random });
    this.#queues = { scheduler: queue(), device: queue(), encoder: queue() };
    const deadLetters = { scheduler: queue(), device: queue(), encoder: queue() };
    const senders = (queues: Readonly<Record<FunctionName, CloudQueue<string>>>) => ({
      scheduler: virtualSender(queues.scheduler, clock, parameters.queue),
      device: virtualSender(queues.device, clock, parameters.queue),
      encoder: virtualSender(queues.encoder, clock, parameters.queue),
    });
    const timing = new ObjectStoreTiming(parameters.store);
    const handler = (name: FunctionName, costMs: CostModel): BatchHandler => {
      const ports: FunctionPorts = {
        queues: senders(this.#queues),
        deadLetters: senders(deadLetters),
        objects: virtualObjectStore(options.objects, clock, timing),
        clock,
        telemetry: virtualTelemetry(clock, costMs, options.listener),
      };
      const settings = { function: name, maxReceives: MAX_RECEIVES, reserveMs: 0 };
      return createBatchHandler(settings, ports, options.functions[name](ports));
    };
    const account = new Concurrency(parameters.platform.accountConcurrency);
    for (const name of ['scheduler', 'device'] as const) {
      this.#deployFunction(name, options, clock, account, handler);
    }
    this.#deployEncoder(options, clock, handler('encoder', containerCost(parameters.cost)));
  }

  /** Puts a message into the queue of the function it is for. */
  send(message: Message): void {
    const body = JSON.stringify(message);
    this.#queues[receiverOf(message.kind)].send(body, this.simulation.nowMs, message.deliverAtMs);
  }

  /** Runs the earliest event, and to their ends the handlers that it begins. False when nothing is left to happen. */
  async step(): Promise<boolean> {
    if (!this.simulation.step()) return false;
    for (let begin = this.#begun.shift(); begin !== undefined; begin = this.#begun.shift()) await begin();
    return true;
  }

  #deployFunction(
    name: 'scheduler' | 'device',
    { parameters, seed }: VirtualCloudOptions,
    clock: InvocationClock,
    account: Concurrency,
    handler: (name: FunctionName, costMs: CostModel) => BatchHandler,
  ): void {
    const { simulation } = this;
    const queue = this.#queues[name];
    const settings = parameters[name];
    const handle = handler(name, functionCost(parameters.cost, settings.memoryMegabytes));
    const pool = new FunctionPool({
      simulation,
      parameters: settings,
      platform: parameters.platform,
      concurrency:
        settings.reservedConcurrency === undefined ? account : new Concurrency(settings.reservedConcurrency),
      random: randomStream(seed, 'emulator', name === 'scheduler' ? 1 : 2),
    });
    new EventSource({
      simulation,
      queue,
      parameters: settings.poller,
      receiveLatencyMs: parameters.queue.receiveLatencyMs,
      invoke: (batch) => {
        pool.invoke((invocation) => {
          this.#begun.push(async () => {
            clock.restart();
            const failed = await this.#handle(name, batch.receipts, handle, {
              getRemainingTimeInMillis: () => invocation.deadlineMs - clock.nowMs(),
              coldStartMs: invocation.coldStartMs,
            });
            invocation.end(clock.nowMs(), (timedOut) => batch.settle(timedOut ? batch.receipts : failed));
          });
        });
      },
    });
  }

  #deployEncoder(
    { parameters, seed, tokensOf }: VirtualCloudOptions,
    clock: InvocationClock,
    handle: BatchHandler,
  ): void {
    new ContainerService({
      simulation: this.simulation,
      queue: this.#queues.encoder,
      parameters: parameters.encoder,
      receiveLatencyMs: parameters.queue.receiveLatencyMs,
      random: randomStream(seed, 'emulator', 3),
      tokensOf,
      work: (batch) => {
        this.#begun.push(async () => {
          clock.restart();
          const context = { getRemainingTimeInMillis: () => Number.POSITIVE_INFINITY };
          const failed = await this.#handle('encoder', batch.receipts, handle, context);
          batch.end(clock.nowMs(), undefined, failed);
        });
      },
    });
  }

  async #handle(
    name: FunctionName,
    receipts: readonly Receipt[],
    handle: BatchHandler,
    context: Parameters<BatchHandler>[1],
  ): Promise<readonly Receipt[]> {
    const queue = this.#queues[name];
    const messages = receipts.flatMap((receipt) => {
      const body = queue.body(receipt);
      const attributes = queue.attributes(receipt);
      const id = String(receipt);
      return body === undefined || attributes === undefined ? [] : [{ id, receipt: id, body, ...attributes }];
    });
    const { batchItemFailures } = await handle(sqsEvent(name, messages), context);
    return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
  }
}
