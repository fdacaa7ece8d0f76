import type { CarriedRun } from '#run/hosts/run-host.ts';
import { backoffDelayMs } from '#shared/cloud/backoff.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import { AirtuneError } from '#shared/errors.ts';

export interface FollowOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1), for the jitter of waits. */
  readonly uniform: () => number;
  readonly pollMs: number;
  /** Told each time that the endpoint does not answer; it is asked again until it does. */
  readonly onTrouble: (line: string) => void;
  /** Rejects when the run cannot go on. */
  readonly failed?: Promise<unknown>;
}

const RECONNECT = { baseMs: 500, capMs: 15_000 } as const;

/**
 * Looks again and again how far a run has come, until it is finished or the signal aborts. An endpoint that is away is
 * waited for, which the person is told once; an error that no repetition can mend (expired credentials, a run that is
 * gone) is thrown.
 */
export async function followRun(run: CarriedRun, options: FollowOptions): Promise<void> {
  const { clock, uniform, pollMs } = options;
  const { follower, signal } = run;
  const sleep = (ms: number) => clock.sleepMs(ms, signal).catch(() => {});
  let failures = 0;
  while (!follower.finished && !signal.aborted) {
    const waitMs = failures === 0 ? pollMs : backoffDelayMs({ clock, uniform, ...RECONNECT }, failures);
    await (options.failed === undefined ? sleep(waitMs) : Promise.race([sleep(waitMs), options.failed]));
    try {
      await run.onProgress();
      if (failures > 0) run.notice('airtune: it answers again; the run goes on.');
      failures = 0;
    } catch (error) {
      if (!(error instanceof AirtuneError && error.retryable)) throw error;
      failures += 1;
      options.onTrouble(error.line);
      if (failures === 1) run.notice(`airtune: warning: ${error.line} The run waits for it.`);
    }
  }
}
