/**
 * `airtune/emulator`: the virtual cloud. `Simulation` is its discrete-event kernel; `runModelled` runs rounds
 * of messages through its queues, functions, containers and store, with handlers that only take time.
 *
 * @module
 */
import { type CloudParameters, cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';

export {
  type EventAction,
  type EventHandle,
  type EventKind,
  Simulation,
} from '#emulator/kernel/simulation.ts';
export type { RoundLatency } from '#emulator/latency/latency-account.ts';
export {
  type ModelledOutcome,
  type ModelledRunOptions,
  runModelled,
} from '#emulator/modelled/modelled-run.ts';
export type { ModelledRound } from '#emulator/modelled/round-book.ts';
export type { ModelledPlan } from '#emulator/modelled/round-state.ts';
export type { HopBits, Workload } from '#emulator/modelled/workload.ts';
export type { CloudParameters } from '#emulator/parameters/cloud-parameters.ts';
export { type Bill, billOf, type Usage } from '#emulator/services/prices/bill.ts';
export type { RawSettings } from '#shared/config/merge-settings.ts';
export { AirtuneError, type ErrorKind } from '#shared/errors.ts';

/**
 * Checks parameters of the virtual cloud (`cloud.*`); a parameter that is left out has its default.
 *
 * @throws ConfigError naming the parameter that is unknown or out of range
 */
export function parseCloud(parameters: RawSettings = {}): CloudParameters {
  return parseStrict(cloudParameters, parameters, 'cloud');
}
