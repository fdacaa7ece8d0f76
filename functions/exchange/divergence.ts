import { DivergedError } from '#shared/errors.ts';
import type { Message } from '#shared/protocol/message.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

/** @param what Names the loss, as in `the training loss of device 3`. */
export function requireFiniteLoss(what: string, loss: number): void {
  if (!Number.isFinite(loss)) throw new DivergedError(`${what} is not finite (${loss}).`);
}

/** @param what Names the values, as in `the features for the loss of device 3`. */
export function requireFiniteValues(what: string, values: Float32Array): void {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new DivergedError(`${what} are not finite (${bad}).`);
}

interface Material {
  readonly store: RunStore;
  record(run: string): Promise<RunRecord>;
}

/**
 * Works on a message. Where the work finds that training has diverged, the failure of the run's epoch is stored, for the
 * host to end the run with, and the message is done: neither a retry nor a dead letter could help.
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
      remedy:
        `Lower server.optimizer.learningRate (${server.optimizer.learningRate}) or head.learningRate ` +
        `(${head.learningRate}) and start a new run.`,
    });
  }
}
