import { InfeasibleError } from '../../shared/errors.ts';
import { CloudAssembly } from '../assembly/cloud-assembly.ts';
import { containerCost, functionCost } from '../compute/cost-model.ts';
import type { RoundLatency } from '../latency/latency-account.ts';
import type { CloudParameters } from '../parameters/cloud-parameters.ts';
import { type Usage, usageSince } from '../prices/bill.ts';
import { Simulation } from '../simulation.ts';
import { deviceHandler } from './device-handler.ts';
import { encoderHandler } from './encoder-handler.ts';
import type { MessageTrace, ModelledContext } from './modelled-context.ts';
import { kindOf, MessageKind, messageOf } from './round-message.ts';
import { type ModelledPlan, RoundState } from './round-state.ts';
import { schedulerHandler } from './scheduler-handler.ts';
import type { Workload } from './workload.ts';

export interface ModelledRunOptions {
  readonly parameters: CloudParameters;
  readonly workload: Workload;
  readonly seed: number;
  readonly rounds: number;
  /** How long after its planned transmission a round is closed with those who answered [s]. */
  readonly graceSeconds: number;
  /** Plans a round; called once for each, in order. */
  readonly plan: (round: number) => ModelledPlan;
  /** Called at the end of each round. */
  readonly onRound: (round: ModelledRound) => void;
  /** Told of every message; for tests and for looking closely. */
  readonly trace?: MessageTrace;
}

/** What a modelled round came to. */
export interface ModelledRound {
  readonly round: number;
  readonly startedAtMs: number;
  /** From the round's end at the encoder until the scheduler could start the next one. */
  readonly commitMs: number;
  readonly scheduled: number;
  readonly answered: number;
  readonly latency: RoundLatency;
  /** What was used since the round before. */
  readonly usage: Usage;
  readonly coldStarts: number;
}

export interface ModelledOutcome {
  readonly events: number;
  readonly endMs: number;
  readonly deadLetters: number;
  readonly timeouts: number;
  readonly expiredMessages: number;
  readonly peakConcurrency: number;
  /** The worst relative difference of the two sides of Little's law over all queues and functions. */
  readonly littleImbalance: number;
}

/** Devices before the last round's are forgotten: a message of theirs finds nothing to do. */
const REMEMBERED_ROUNDS = 2;

/**
 * Runs rounds with modelled compute: the real message flow through the virtual cloud, handlers that only take time.
 *
 * @throws InfeasibleError when a round can never be closed
 */
export function runModelled(options: ModelledRunOptions): ModelledOutcome {
  const { parameters, workload } = options;
  const simulation = new Simulation();
  const states: RoundState[] = [];
  let deadLetters = 0;
  let roundStartMs = 0;
  let closed:
    | { readonly answered: number; readonly latency: RoundLatency; readonly atMs: number }
    | undefined;
  let committed = 0;
  let coldStarts = 0;

  const cloud: CloudAssembly<number> = new CloudAssembly<number>({
    simulation,
    parameters,
    seed: options.seed,
    blank: -1,
    // Only embeddings leave room for more: see `hasRoom` of functions/encoder.
    tokensOf: (message) =>
      kindOf(message) === MessageKind.Embeddings ? workload.tokens : parameters.encoder.batchTokens,
    begin: (delivery) => handlers[delivery.function](delivery),
    deadLetter: () => deadLetters++,
  });
  const context: ModelledContext = {
    simulation,
    cloud,
    queue: parameters.queue,
    workload,
    batchTokens: parameters.encoder.batchTokens,
    costs: {
      scheduler: functionCost(parameters.cost, parameters.scheduler.memoryMegabytes),
      device: functionCost(parameters.cost, parameters.device.memoryMegabytes),
      encoder: containerCost(parameters.cost),
    },
    stateOf: (round) => states.find((state) => state.round === round),
    trace: options.trace,
  };
  let usage = cloud.usage();
  const handlers = {
    scheduler: schedulerHandler(context, {
      graceSeconds: options.graceSeconds,
      begin: (round) => {
        const state = new RoundState(round, options.plan(round), roundStartMs);
        states.push(state);
        if (states.length > REMEMBERED_ROUNDS) states.shift();
        return state;
      },
      committed: (round, atMs) => {
        if (round !== committed || closed === undefined) return false;
        const state = context.stateOf(round);
        if (state === undefined) return false;
        const now = cloud.usage();
        options.onRound({
          round,
          startedAtMs: state.startedAtMs,
          commitMs: atMs - closed.atMs,
          scheduled: state.plan.devices,
          answered: closed.answered,
          latency: closed.latency,
          usage: {
            ...usageSince(usage, now),
            transferGigabytes: (state.plan.devices * workload.legBits.features) / 8e9,
          },
          coldStarts: cloud.coldStarts - coldStarts,
        });
        usage = now;
        coldStarts = cloud.coldStarts;
        roundStartMs = atMs;
        closed = undefined;
        committed++;
        return committed < options.rounds;
      },
    }),
    device: deviceHandler(context),
    encoder: encoderHandler(context, (state, collectedMs, closedMs) => {
      closed = {
        answered: state.answers,
        latency: state.account.close(collectedMs, closedMs, (index) => state.hasAnswered(index)),
        atMs: closedMs,
      };
    }),
  };

  cloud.countSend(1);
  cloud.queues.scheduler.send(messageOf(MessageKind.Start, 0, 0), 0, 0);
  while (committed < options.rounds && simulation.step());
  if (committed < options.rounds) throw stuck(committed, deadLetters);
  return {
    events: simulation.executed,
    endMs: roundStartMs,
    deadLetters,
    timeouts: cloud.timeouts,
    expiredMessages: cloud.expiredMessages,
    peakConcurrency: cloud.peakConcurrency,
    littleImbalance: cloud.littleImbalance(),
  };
}

function stuck(round: number, deadLetters: number): InfeasibleError {
  return new InfeasibleError(`round ${round} never closes: nothing is left to happen.`, {
    subject: 'cloud',
    remedy:
      deadLetters > 0
        ? `Look at timeouts and visibility: ${deadLetters} messages became dead letters.`
        : 'Give every function some concurrency.',
  });
}
