import { endRunWithout } from '#functions/exchange/end-run.ts';
import { verifyMessage } from '#functions/exchange/verify-message.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { ProtocolError } from '#shared/errors.ts';
import { commitRound } from './commit-round.ts';
import { SchedulerMaterial } from './scheduler-material.ts';
import { startRound } from './start-round.ts';

/** The scheduler function: it starts rounds and commits them. */
export function createSchedulerFunction(ports: FunctionPorts): BatchWork {
  const material = new SchedulerMaterial(ports);
  return {
    verify: async (message, received) => verifyMessage(await material.record(message.run), message, received),
    gaveUp: (message, error) => endRunWithout(material.store, message, error),
    async handle(message) {
      switch (message.kind) {
        case 'round.start':
          return startRound(material, message);
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
