import { wholeNumber } from '#cli/options/whole-number.ts';
import type { SettingOptions } from '#cli/settings/run-settings.ts';

/** Options of `airtune experiment`, as commander returns them. */
export interface ExperimentOptions extends SettingOptions {
  readonly quick?: boolean;
  readonly sweep?: readonly string[];
  readonly sweepMode?: string;
  readonly variants?: string;
  readonly contenders?: string;
  readonly seeds?: string;
  readonly jobs?: string;
  readonly target: string;
  readonly endpoint?: string;
  readonly deployment?: string;
  readonly region?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly continueRuns?: boolean;
  readonly yes?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Most jobs. */
const MOST_JOBS = 256;

/** The number of jobs by the option `--jobs`. */
export function wishedJobs({ jobs }: ExperimentOptions): number | undefined {
  return jobs === undefined ? undefined : wholeNumber('--jobs', jobs, 1, MOST_JOBS);
}
