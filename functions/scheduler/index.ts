import { lambdaEntry } from '#functions/runtime/lambda-entry.ts';
import { createSchedulerFunction } from './scheduler-function.ts';

/** Entry point of the scheduler on AWS Lambda. */
export const handler = lambdaEntry('scheduler', createSchedulerFunction);
