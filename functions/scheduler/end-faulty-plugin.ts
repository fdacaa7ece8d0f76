import { PluginError } from '#shared/errors.ts';
import type { MessageOf } from '#shared/protocol/message.ts';
import type { SchedulerMaterial } from './scheduler-material.ts';

/**
 * Starts a round. If the run's plug-in fails, the failure of the run's epoch is stored, with which the host
 * ends the run. The message then counts as handled, because neither a retry nor a dead letter could help.
 */
export async function endingFaultyPlugin(
  { store }: SchedulerMaterial,
  message: MessageOf<'round.start'>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    const { kind, message: text, subject, remedy } = error;
    await store.failure(message.run, message.epoch).decide({
      epoch: message.epoch,
      kind,
      message: text,
      ...(subject === undefined ? {} : { subject }),
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
}
