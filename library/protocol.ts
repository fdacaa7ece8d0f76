/**
 * `airtune/protocol`: the formats that airtune writes: results, metrics, messages and log events, with their
 * versions.
 *
 * @module
 */
export { AirtuneError, type ErrorKind, EXIT_CODES } from '#shared/errors.ts';
export type { FunctionName, Message, MessageKind } from '#shared/protocol/message.ts';
export type { Evaluation } from '#shared/protocol/records.ts';
export {
  parseRunResult,
  RESULT_VERSION,
  type RoundMetrics,
  type RunProvenance,
  type RunResult,
} from '#shared/protocol/run-result.ts';
export { STAGES, type Stage } from '#shared/protocol/stages.ts';
export { AIRTUNE_VERSION } from '#shared/version.ts';
