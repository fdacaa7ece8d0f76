import { endRunWithout } from '#functions/exchange/end-run.ts';
import { verifyMessage } from '#functions/exchange/verify-message.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { ProtocolError } from '#shared/errors.ts';
import { NO_POLICIES } from '#shared/scheduling/plugin/no-policies.ts';
import type { PolicyPlugins } from '#shared/scheduling/plugin/policy-plugin.ts';
import { commitRound } from './commit-round.ts';
import { endingFaultyPlugin } from './end-faulty-plugin.ts';
import { SchedulerMaterial } from './scheduler-material.ts';
import { startRound } from './start-round.ts';

/**
 * The scheduler function: starts rounds and commits them.
 *
 * @param policies the policy plug-ins of this host; none if left out
 */
export function createSchedulerFunction(
  ports: FunctionPorts,
  policies: PolicyPlugins = NO_POLICIES,
): BatchWork {
  const material = new SchedulerMaterial(ports, policies);
  return {
    verify: async (message, received) => verifyMessage(await material.record(message.run), message, received),
    gaveUp: (message, error) => endRunWithout(material.store, message, error),
    async handle(message) {
      switch (message.kind) {
        case 'round.start':
          return endingFaultyPlugin(material, message, () => startRound(material, message));
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
