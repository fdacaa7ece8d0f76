import * as z from 'zod';
import { FUNCTIONS, type LambdaFunction } from '#shared/protocol/functions.ts';
import { containerParameters } from './container-parameters.ts';
import { costParameters } from './cost-parameters.ts';
import { functionParameters, functionPlatformParameters } from './function-parameters.ts';
import { pollerParameters } from './poller-parameters.ts';
import { priceParameters } from './price-parameters.ts';
import { queueParameters } from './queue-parameters.ts';
import { storeParameters } from './store-parameters.ts';

/** The source of the default parameters, as reports print it. */
export const DEFAULT_PARAMETERS = 'AWS us-east-1 as documented in mid 2025, undocumented latencies assumed';

/** The parameters of a function, with its deployed memory, timeout and batch size as defaults. */
const deployedFunction = (name: LambdaFunction) => {
  const { batchSize, memoryMegabytes, timeoutSeconds } = FUNCTIONS[name].lambda;
  const { shape } = functionParameters;
  const poller = z.strictObject({
    ...pollerParameters.shape,
    batchSize: pollerParameters.shape.batchSize.prefault(batchSize),
  });
  return z.strictObject({
    ...shape,
    memoryMegabytes: shape.memoryMegabytes.prefault(memoryMegabytes),
    timeoutSeconds: shape.timeoutSeconds.prefault(timeoutSeconds),
    poller: poller.prefault({}),
  });
};

/** All parameters of the virtual cloud, each with a default. */
export const cloudParameters = z
  .strictObject({
    queue: queueParameters.prefault({}),
    platform: functionPlatformParameters.prefault({}),
    scheduler: deployedFunction('scheduler').prefault({}),
    device: deployedFunction('device').prefault({}),
    encoder: containerParameters.prefault({}),
    store: storeParameters.prefault({}),
    cost: costParameters.prefault({}),
    prices: priceParameters.prefault({}),
  })
  .refine(
    ({ platform, scheduler, device }) => {
      const reservations = [scheduler.reservedConcurrency, device.reservedConcurrency];
      const reserved = reservations.reduce((sum: number, one) => sum + (one ?? 0), 0);
      return reserved + (reservations.includes(undefined) ? 1 : 0) <= platform.accountConcurrency;
    },
    {
      path: ['platform', 'accountConcurrency'],
      message:
        'must be at least the concurrency that functions reserve, plus 1 if a function reserves none, which could not run otherwise',
    },
  );

export type CloudParameters = z.output<typeof cloudParameters>;
