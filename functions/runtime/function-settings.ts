import type { FunctionName } from '#shared/protocol/message.ts';
import type { BatchSettings } from './batch-handler.ts';

/** How each function treats its batches; the stack that deploys them and the workers that run them agree on this. */
export const FUNCTION_SETTINGS: Readonly<Record<FunctionName, Omit<BatchSettings, 'function'>>> = {
  scheduler: { maxReceives: 10, reserveMs: 5_000 },
  device: { maxReceives: 10, reserveMs: 10_000 },
  encoder: { maxReceives: 10, reserveMs: 0 },
};
