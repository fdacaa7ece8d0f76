import { z } from 'zod';
import { containerParameters } from './container-parameters.ts';
import { costParameters } from './cost-parameters.ts';
import { functionParameters, functionPlatformParameters } from './function-parameters.ts';
import { pollerParameters } from './poller-parameters.ts';
import { priceParameters } from './price-parameters.ts';
import { queueParameters } from './queue-parameters.ts';
import { storeParameters } from './store-parameters.ts';

/** What the defaults are of, as reports print it. */
export const DEFAULT_PARAMETERS = 'AWS us-east-1 as documented in mid 2025, undocumented latencies assumed';

const deployedFunction = z.strictObject({
  ...functionParameters.shape,
  poller: pollerParameters.prefault({}),
});

/** The virtual cloud: every part's parameters, every one with a default. */
export const cloudParameters = z.strictObject({
  queue: queueParameters.prefault({}),
  platform: functionPlatformParameters.prefault({}),
  scheduler: deployedFunction.prefault({}),
  device: deployedFunction.prefault({}),
  encoder: containerParameters.prefault({}),
  store: storeParameters.prefault({}),
  cost: costParameters.prefault({}),
  prices: priceParameters.prefault({}),
});

export type CloudParameters = z.output<typeof cloudParameters>;
