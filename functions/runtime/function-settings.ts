import type { FunctionName } from '#shared/protocol/message.ts';
import type { BatchSettings } from './batch-handler.ts';

/** Batch settings of each function; the deployment's stacks and the workers both use them. */
export const FUNCTION_SETTINGS: Readonly<
  Record<FunctionName, Pick<BatchSettings, 'maxReceives' | 'reserveMs'>>
> = {
  scheduler: { maxReceives: 10, reserveMs: 5_000 },
  device: { maxReceives: 10, reserveMs: 10_000 },
  encoder: { maxReceives: 10, reserveMs: 0 },
};
