import { endingRunOnFault } from '#functions/exchange/end-run.ts';
import { verifyMessage } from '#functions/exchange/verify-message.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { ProtocolError } from '#shared/errors.ts';
import { DeviceMaterial } from './device-material.ts';
import { embedMiniBatch } from './embed-mini-batch.ts';
import { updateDeviceHead } from './update-head.ts';

/**
 * The device function: each message starts one step of one device's round. Any instance can handle the
 * messages of any device.
 */
export function createDeviceFunction(ports: FunctionPorts): BatchWork {
  const material = new DeviceMaterial(ports);
  return {
    verify: async (message, received) => verifyMessage(await material.record(message.run), message, received),
    async handle(message, coldStartMs) {
      switch (message.kind) {
        case 'device.scheduled':
          return embedMiniBatch(material, message, coldStartMs);
        case 'device.features':
          return endingRunOnFault(material, message, () => updateDeviceHead(material, message, coldStartMs));
        default:
          throw new ProtocolError(`is of kind ${message.kind}, which is not for a device.`, {
            subject: 'message',
          });
      }
    },
  };
}
