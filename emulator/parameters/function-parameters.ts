import * as z from 'zod';

/**
 * Parameters shared by all functions of an account. Concurrency follows "Understanding Lambda function
 * scaling", the scaling rate "Lambda scaling behavior" (AWS Lambda Developer Guide, read in 2025). The
 * keep-alive time of idle environments and the duration of cold starts are not documented: the defaults are
 * of commonly measured size.
 */
export const functionPlatformParameters = z.strictObject({
  accountConcurrency: z
    .int()
    .min(1)
    .default(1000)
    .describe('Invocations that may run at once in the account'),
  scalingBurst: z.int().min(1).default(1000).describe('New environments a function may get at once'),
  scalingPerSecond: z
    .number()
    .positive()
    .default(100)
    .describe('New environments a second after that, per function'),
  keepAliveSeconds: z.number().min(0).default(420).describe('How long an idle environment is kept warm'),
  coldStartPlatformMs: z.number().min(0).default(140).describe('Median time to make an environment'),
  coldStartRuntimeMs: z
    .number()
    .min(0)
    .default(120)
    .describe('Median time to start the runtime on one virtual CPU'),
  coldStartMsPerMegabyte: z
    .number()
    .min(0)
    .default(14)
    .describe('Median time to load and evaluate a megabyte of bundle on one virtual CPU'),
  coldStartSpread: z
    .number()
    .min(0)
    .default(0.25)
    .describe('Standard deviation of the logarithm of a cold start'),
});

export type FunctionPlatformParameters = z.output<typeof functionPlatformParameters>;

/**
 * Parameters of one function. Memory, timeout and reserved concurrency have the ranges of "Lambda quotas".
 */
export const functionParameters = z.strictObject({
  memoryMegabytes: z
    .int()
    .min(128)
    .max(10_240)
    .default(1769)
    .describe('Memory; 1,769 MB come with one virtual CPU'),
  bundleMegabytes: z.number().min(0).default(8).describe('Size of what a cold start loads'),
  timeoutSeconds: z.number().positive().max(900).default(120).describe('Longest time of one invocation'),
  invokeLatencyMs: z
    .number()
    .min(0)
    .default(4)
    .describe('Time from an invocation to its handler in a warm environment'),
  reservedConcurrency: z
    .int()
    .min(1)
    .optional()
    .describe('Invocations reserved for this function out of the account, and its limit'),
});

export type FunctionParameters = z.output<typeof functionParameters>;

/** Memory that comes with one virtual CPU ("Configure Lambda function memory"). */
const MEGABYTES_PER_CPU = 1769;

/** Virtual CPUs of a function, at most the six that come with the most memory. */
export function virtualCpus(memoryMegabytes: number): number {
  return Math.min(6, memoryMegabytes / MEGABYTES_PER_CPU);
}
