import { endingRunOnFault, endRunWithout } from '#functions/exchange/end-run.ts';
import { verifyMessage } from '#functions/exchange/verify-message.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { ProtocolError } from '#shared/errors.ts';
import { NO_PLUGINS } from '#shared/plugins/no-plugins.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { commitRound } from './commit-round.ts';
import { SchedulerMaterial } from './scheduler-material.ts';
import { startRound } from './start-round.ts';

/**
 * The scheduler function: starts rounds and commits them.
 *
 * @param plugins the policy and channel plug-ins of this host; none if left out
 */
export function createSchedulerFunction(ports: FunctionPorts, plugins: PluginHost = NO_PLUGINS): BatchWork {
  const material = new SchedulerMaterial(ports, plugins);
  return {
    verify: async (message, received) => verifyMessage(await material.record(message.run), message, received),
    gaveUp: (message, error) => endRunWithout(material.store, message, error),
    async handle(message) {
      switch (message.kind) {
        case 'round.start':
          return endingRunOnFault(material, message, () => startRound(material, message));
        case 'round.closed':
          return commitRound(material, message);
        default:
          throw new ProtocolError(`is of kind ${message.kind}, which is not for the scheduler.`, {
            subject: 'message',
          });
      }
    },
  };
}
