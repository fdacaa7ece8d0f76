import { FUNCTION_SETTINGS } from '#functions/runtime/function-settings.ts';
import { FUNCTION_SIZES } from '#shared/config/function-sizes.ts';
import type { FunctionName } from '#shared/protocol/message.ts';

/** The encoder extends its messages' visibility while it works; this is how long a killed one keeps them. */
const ENCODER_VISIBILITY_SECONDS = 120;

/** Six times the timeout, as Lambda's event source mappings ask for: room for retries of a throttled invocation. */
export function visibilitySeconds(name: FunctionName): number {
  return name === 'encoder' ? ENCODER_VISIBILITY_SECONDS : 6 * FUNCTION_SIZES[name].timeoutSeconds;
}

/** Receipts after which the queue itself moves a message: later than the function, which can say why. */
export function maxReceiveCount(name: FunctionName): number {
  return 2 * FUNCTION_SETTINGS[name].maxReceives;
}
