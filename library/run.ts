/**
 * `airtune/run`: real training runs on the virtual cloud of this process, as `airtune run` executes them.
 *
 * @module
 */

export { type StartedRun, type StartRunOptions, startRun } from '#run/execute/start-run.ts';
export { readResult, requireResult } from '#run/output/read-result.ts';
export { type EmbeddedRunConfig, parseEmbeddedRun as parseRun } from '#run/settings/parse-run.ts';
export { PRESETS, type Preset } from '#run/settings/presets.ts';
export type { RawSettings } from '#shared/config/merge-settings.ts';
export { AirtuneError, type ErrorKind } from '#shared/errors.ts';
export type { RoundMetrics, RunResult } from '#shared/protocol/run-result.ts';
