import { Simulation } from '#emulator/kernel/simulation.ts';
import type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { CloudAssembly } from '#emulator/services/assembly/cloud-assembly.ts';
import { containerCost, functionCost } from '#emulator/services/compute/cost-model.ts';
import { InfeasibleError } from '#shared/errors.ts';
import { QUEUES, queueOf } from '#shared/protocol/functions.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import { DeviceHandler } from './device-handler.ts';
import { EncoderHandler } from './encoder-handler.ts';
import { EncoderRequests } from './encoder-requests.ts';
import type { ModelledContext, ModelledHandler, ModelledTrace } from './modelled-context.ts';
import { type ModelledRound, RoundBook } from './round-book.ts';
import { byKind, kindOf, MessageKind, messageOf } from './round-message.ts';
import type { ModelledPlan } from './round-state.ts';
import { SchedulerHandler } from './scheduler-handler.ts';
import { DeviceFlags, FunctionMemory } from './warm-memory.ts';
import type { Workload } from './workload.ts';

export interface ModelledRunOptions {
  readonly parameters: CloudParameters;
  readonly workload: Workload;
  readonly seed: number;
  readonly rounds: number;
  /**
   * Time after a round's planned delay and computing time at which it is closed with the answers received so
   * far [s].
   */
  readonly graceSeconds: number;
  /** Plans a round; called once for each, in order. */
  readonly plan: (round: number) => ModelledPlan;
  /** Called at the end of each round. */
  readonly onRound: (round: ModelledRound) => void;
  /** Whether the spans of a round's devices are kept; of no round if left out. */
  readonly isTraced?: (round: number) => boolean;
  readonly trace?: ModelledTrace;
}

export interface ModelledOutcome {
  readonly events: number;
  readonly endMs: number;
  readonly deadLetters: number;
  readonly timeouts: number;
  readonly expiredMessages: number;
  readonly peakConcurrency: number;
  /** The largest relative difference between the two sides of Little's law, over all queues and functions. */
  readonly littleImbalance: number;
}

/**
 * Runs rounds with real message flow through the virtual cloud and handlers that only take time.
 *
 * @throws InfeasibleError when a round can never be closed
 */
export function runModelled(options: ModelledRunOptions): ModelledOutcome {
  const { parameters, workload, rounds, plan, onRound } = options;
  const simulation = new Simulation();
  let deadLetters = 0;
  const bytesOfKind = byKind((kind) => workload.messageBytes[kind]);
  const cloud: CloudAssembly<number> = new CloudAssembly<number>({
    simulation,
    parameters,
    seed: options.seed,
    blank: -1,
    bytesOf: (message) => bytesOfKind[kindOf(message)],
    // Only embeddings leave space for more messages: see `hasRoom` of functions/encoder.
    tokensOf: (message) =>
      kindOf(message) === MessageKind.Embeddings ? workload.tokens : parameters.encoder.batchTokens,
    begin: (delivery) => handlers[QUEUES[delivery.queue].function].handle(delivery),
    deadLetter: () => deadLetters++,
  });
  const devices = new DeviceFlags(workload.devices);
  const { isTraced = () => false } = options;
  const book = new RoundBook({ simulation, cloud, workload, devices, rounds, plan, isTraced, onRound });
  const context: ModelledContext = {
    simulation,
    cloud,
    queue: parameters.queue,
    queueOfKind: byKind((kind) => cloud.queues[queueOf(kind)]),
    bytesOfKind,
    workload,
    encoderRequests: new EncoderRequests(workload.sizes),
    batchTokens: parameters.encoder.batchTokens,
    costs: {
      scheduler: functionCost(parameters.cost, parameters.scheduler.memoryMegabytes),
      device: functionCost(parameters.cost, parameters.device.memoryMegabytes),
      encoder: containerCost(parameters.cost),
    },
    book,
    devices,
    memory: { scheduler: new FunctionMemory(), device: new FunctionMemory() },
    trace: options.trace,
  };
  const handlers: Readonly<Record<FunctionName, ModelledHandler>> = {
    scheduler: new SchedulerHandler(context, options.graceSeconds),
    device: new DeviceHandler(context),
    encoder: new EncoderHandler(context),
  };

  cloud.countSend(1, bytesOfKind[MessageKind.Start]);
  cloud.queues.scheduler.send(messageOf(MessageKind.Start, 0, 0), 0, 0);
  simulation.run();
  if (book.committed < rounds) throw stuck(book.committed, deadLetters);
  return {
    events: simulation.executed,
    endMs: book.committedAtMs,
    deadLetters,
    timeouts: cloud.timeouts,
    expiredMessages: cloud.expiredMessages,
    peakConcurrency: cloud.peakConcurrency,
    littleImbalance: cloud.littleImbalance(),
  };
}

function stuck(round: number, deadLetters: number): InfeasibleError {
  return new InfeasibleError(`round ${round} never closes: no event is left.`, {
    subject: 'cloud',
    remedy:
      deadLetters > 0
        ? `Look at timeouts and visibility: ${deadLetters} messages became dead letters.`
        : 'Give every function some concurrency.',
  });
}
