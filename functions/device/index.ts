import { lambdaEntry } from '#functions/runtime/lambda-entry.ts';
import { createDeviceFunction } from './device-function.ts';

/** Entry point of the device function on AWS Lambda. */
export const handler = lambdaEntry('device', createDeviceFunction);
