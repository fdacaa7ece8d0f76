import { AirtuneError, DivergedError, PluginError } from '#shared/errors.ts';
import type { OptimizerChoice } from '#shared/model/optimizer/settings.ts';
import { QUEUES, queueOf } from '#shared/protocol/functions.ts';
import type { Message } from '#shared/protocol/message.ts';
import type { Failure } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

interface Material {
  readonly store: RunStore;
  record(run: string): Promise<RunRecord>;
}

/**
 * Runs the work on a message. A divergence of the training or a fault of a plug-in ends the run: it is stored
 * as the failure of the run's epoch, which the host reads. The message then counts as handled, because
 * neither a retry nor a dead letter could help. Other errors are thrown.
 */
export async function endingRunOnFault(
  material: Material,
  message: Message,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const failure = await failureOfRun(material, message, error);
    if (failure === undefined) throw error;
    await material.store.failure(message.run, message.epoch).decide(failure);
  }
}

/** The failure of the run for an error that ends it; undefined if the run can continue. */
async function failureOfRun(
  material: Material,
  message: Message,
  error: unknown,
): Promise<Failure | undefined> {
  if (error instanceof DivergedError) {
    return divergence((await material.record(message.run)).config, message, error);
  }
  if (!(error instanceof PluginError)) return undefined;
  const { kind, message: text, subject, remedy } = error;
  return {
    epoch: message.epoch,
    kind,
    message: text,
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function divergence(
  { server, head }: RunRecord['config'],
  { kind, round, epoch }: Message,
  error: DivergedError,
): Failure {
  const when = kind === 'evaluate' ? `after round ${round}` : `in round ${round + 1}`;
  const found = error.subject === undefined ? error.message : `${error.subject} ${error.message}`;
  const steps = [
    ...(error.part === 'head' ? [] : [stepOf(server.optimizer)]),
    ...(error.part === 'lora' ? [] : [`head.learningRate (${head.learningRate})`]),
  ];
  return {
    epoch,
    kind: 'diverged',
    message: `training diverged ${when}: ${found}`,
    remedy: `Lower ${steps.join(' or ')} and start a new run.`,
  };
}

/** Names the setting that makes the steps of LoRA smaller, with its value, for a remedy. */
function stepOf(optimizer: OptimizerChoice): string {
  return typeof optimizer === 'string'
    ? 'the step size of the optimiser plug-in'
    : `server.optimizer.learningRate (${optimizer.learningRate})`;
}

/**
 * Stores the failure of the run's epoch if the message that was given up comes from an essential queue. If
 * any other message is given up, the round only has one answer fewer.
 */
export async function endRunWithout(store: RunStore, message: Message, error: unknown): Promise<void> {
  if (!QUEUES[queueOf(message.kind)].essential) return;
  await store.failure(message.run, message.epoch).decide(failureWithout(message, error));
}

/** The failure of a run that cannot go on without a message. */
export function failureWithout(message: Message, error: unknown): Failure {
  const known = error instanceof AirtuneError;
  const reason = known && error.subject !== undefined ? `${error.subject}: ${error.message}` : textOf(error);
  return {
    epoch: message.epoch,
    kind: known ? error.kind : 'protocol',
    message: `the run cannot go on, because message ${message.kind} of round ${message.round} failed: ${reason}`,
    ...(known && error.remedy !== undefined ? { remedy: error.remedy } : {}),
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
