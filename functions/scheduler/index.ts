import { lambdaEntry } from '#functions/runtime/lambda-entry.ts';
import { createSchedulerFunction } from './scheduler-function.ts';

/** AWS Lambda's entry point of the scheduler. */
export const handler = lambdaEntry('scheduler', createSchedulerFunction);
