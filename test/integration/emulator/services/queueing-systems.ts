import { Simulation } from '#emulator/kernel/simulation.ts';
import { containerParameters } from '#emulator/parameters/container-parameters.ts';
import { functionParameters, functionPlatformParameters } from '#emulator/parameters/function-parameters.ts';
import { pollerParameters } from '#emulator/parameters/poller-parameters.ts';
import { queueParameters } from '#emulator/parameters/queue-parameters.ts';
import { ContainerService } from '#emulator/services/container/container-service.ts';
import { Concurrency } from '#emulator/services/functions/concurrency.ts';
import { FunctionPool } from '#emulator/services/functions/function-pool.ts';
import { EventSource } from '#emulator/services/pollers/event-source.ts';
import { CloudQueue } from '#emulator/services/queue/cloud-queue.ts';
import { MessageSlots } from '#emulator/services/queue/message-slots.ts';
import { type RandomStream, randomStream } from '#shared/random/random-stream.ts';

/** Parameters of a queueing system with Poisson arrivals; rates are per millisecond. */
export interface Load {
  readonly arrivalRate: number;
  readonly serviceMs: (random: RandomStream) => number;
  readonly servers: number;
  readonly arrivals: number;
  readonly seed: number;
}

export interface Observed {
  readonly meanSojournMs: number;
  readonly blockedFraction: number;
  readonly littleImbalance: number;
}

/** Queue and container service: one message a batch, no latencies, as many replicas as there are servers. */
export function throughContainers(load: Load): Observed {
  const { simulation, queue, service } = begin(load);
  new ContainerService({
    simulation,
    queue,
    parameters: containerParameters.parse({
      minimumReplicas: load.servers,
      maximumReplicas: load.servers,
      batchMessages: 1,
      batchWindowMs: 0,
    }),
    receiveLatencyMs: 0,
    random: randomStream(load.seed, 'emulator', 2),
    tokensOf: () => 1,
    work: (batch) => batch.end(simulation.nowMs + load.serviceMs(service)),
  });
  return finish(simulation, queue);
}

/**
 * Queue, event source and function: as many pollers as there are servers, one message a batch, no cold
 * starts.
 */
export function throughFunctions(load: Load): Observed {
  const { simulation, queue, service } = begin(load);
  const pool = instantPool(simulation, load.servers);
  new EventSource({
    simulation,
    queue,
    parameters: pollerParameters.parse({
      batchSize: 1,
      initialPollers: load.servers,
      maximumPollers: load.servers,
    }),
    receiveLatencyMs: 0,
    invoke: (batch) => {
      pool.invoke((invocation) =>
        invocation.end(simulation.nowMs + load.serviceMs(service), () => batch.settle()),
      );
    },
  });
  return finish(simulation, queue);
}

/** Direct invocations of a function with a limited queue; further invocations are refused. */
export function throughRefusingFunction(load: Load, waitingLimit: number): Observed {
  const simulation = new Simulation();
  const arrivals = randomStream(load.seed, 'emulator', 0);
  const service = randomStream(load.seed, 'emulator', 1);
  const pool = instantPool(simulation, load.servers, waitingLimit);
  let left = load.arrivals;
  const arrive = simulation.register(undefined, () => {
    pool.invoke((invocation) => invocation.end(simulation.nowMs + load.serviceMs(service), () => {}));
    if (--left > 0) simulation.post(simulation.nowMs + arrivals.exponential() / load.arrivalRate, arrive);
  });
  simulation.post(0, arrive);
  simulation.run();
  return {
    meanSojournMs: pool.occupancy.meanSojournMs,
    blockedFraction: pool.counts.refused / load.arrivals,
    littleImbalance: pool.occupancy.imbalance(simulation.nowMs),
  };
}

function begin(load: Load) {
  const simulation = new Simulation();
  const queue = new CloudQueue<number>({
    simulation,
    parameters: queueParameters.parse({ visibilitySeconds: 43_200 }),
    messages: new MessageSlots(-1),
    random: randomStream(load.seed, 'emulator', 3),
  });
  const arrivals = randomStream(load.seed, 'emulator', 0);
  let left = load.arrivals;
  const arrive = simulation.register(undefined, () => {
    queue.send(left, simulation.nowMs, simulation.nowMs);
    if (--left > 0) simulation.post(simulation.nowMs + arrivals.exponential() / load.arrivalRate, arrive);
  });
  simulation.post(0, arrive);
  return { simulation, queue, service: randomStream(load.seed, 'emulator', 1) };
}

function finish(simulation: Simulation, queue: CloudQueue<number>): Observed {
  simulation.run();
  return {
    meanSojournMs: queue.occupancy.meanSojournMs,
    blockedFraction: 0,
    littleImbalance: queue.occupancy.imbalance(simulation.nowMs),
  };
}

function instantPool(simulation: Simulation, places: number, waitingLimit?: number): FunctionPool {
  return new FunctionPool({
    simulation,
    parameters: functionParameters.parse({ invokeLatencyMs: 0, timeoutSeconds: 900 }),
    platform: functionPlatformParameters.parse({
      coldStartPlatformMs: 0,
      coldStartRuntimeMs: 0,
      coldStartMsPerMegabyte: 0,
    }),
    concurrency: new Concurrency(places),
    random: randomStream(0, 'emulator'),
    ...(waitingLimit === undefined ? {} : { waitingLimit }),
  });
}
