import { lambdaEntry } from '#functions/runtime/lambda-entry.ts';
import { createDeviceFunction } from './device-function.ts';

/** AWS Lambda's entry point of the device function. */
export const handler = lambdaEntry('device', createDeviceFunction);
