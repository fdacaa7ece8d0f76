import { PluginError } from '#shared/errors.ts';
import type { Message } from '#shared/protocol/message.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';

/**
 * Runs the work on a message. If a plug-in of the run fails, the failure of the run's epoch is stored, with
 * which the host ends the run. The message then counts as handled, because neither a retry nor a dead letter
 * could help.
 */
export async function endingFaultyPlugin(
  store: RunStore,
  message: Message,
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
