import { DivergedError } from '#shared/errors.ts';
import type { OptimizerChoice } from '#shared/model/optimizer/settings.ts';
import type { Message } from '#shared/protocol/message.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

/**
 * Checks that a loss is finite.
 *
 * @param what Names the loss, for example `the training loss of device 3`.
 * @throws DivergedError when the loss is not finite.
 */
export function requireFiniteLoss(what: string, loss: number): void {
  if (!Number.isFinite(loss)) throw new DivergedError(`${what} is not finite (${loss}).`);
}

/**
 * Checks that all values are finite.
 *
 * @param what Names the values, for example `the features for the loss of device 3`.
 * @throws DivergedError when a value is not finite.
 */
export function requireFiniteValues(what: string, values: Float32Array): void {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new DivergedError(`${what} are not finite (${bad}).`);
}

interface Material {
  readonly store: RunStore;
  record(run: string): Promise<RunRecord>;
}

/** The setting that makes the steps of LoRA smaller. */
function stepOf(optimizer: OptimizerChoice): string {
  return typeof optimizer === 'string'
    ? 'the steps of the optimiser plug-in'
    : `server.optimizer.learningRate (${optimizer.learningRate})`;
}

/**
 * Runs the work on a message. When it throws a DivergedError, the failure of the run's epoch is stored, with
 * which the host ends the run. The message then counts as handled, because neither a retry nor a dead letter
 * could help.
 */
export async function endingDivergedRun(
  material: Material,
  message: Message,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    const { server, head } = (await material.record(message.run)).config;
    const when =
      message.kind === 'evaluate' ? `after round ${message.round}` : `in round ${message.round + 1}`;
    const found = error.subject === undefined ? error.message : `${error.subject} ${error.message}`;
    await material.store.failure(message.run, message.epoch).decide({
      epoch: message.epoch,
      kind: 'diverged',
      message: `training diverged ${when}: ${found}`,
      remedy: `Lower ${stepOf(server.optimizer)} or head.learningRate (${head.learningRate}) and start a new run.`,
    });
  }
}
