import type { ExecutedRun } from '#run/hosts/run-host.ts';
import { backoffDelayMs } from '#shared/cloud/backoff.ts';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import { AirtuneError } from '#shared/errors.ts';
import type { LostMessages } from './lost-messages.ts';

export interface FollowOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1), for the jitter of waits. */
  readonly uniform: () => number;
  readonly pollMs: number;
  /**
   * Called with the error of each failed request to the endpoint; requests are repeated until one succeeds.
   */
  readonly onTrouble: (line: string) => void;
  /** Stores the failure of the run if an essential message is lost. */
  readonly lost: Pick<LostMessages, 'check'>;
  /** Rejects when the run cannot continue. */
  readonly failed?: Promise<unknown>;
}

const RECONNECT = { baseMs: 500, capMs: 15_000 } as const;

/**
 * Polls a run's progress until the run is finished or the signal aborts. While the endpoint does not respond,
 * polling continues, and the user gets one notice. An error that a retry cannot mend (expired credentials, a
 * run that no longer exists) is thrown.
 */
export async function followRun(run: ExecutedRun, options: FollowOptions): Promise<void> {
  const { clock, uniform, pollMs } = options;
  const { follower, signal } = run;
  const sleep = (ms: number) => clock.sleepMs(ms, signal).catch(() => {});
  let failures = 0;
  while (!follower.finished && !signal.aborted) {
    const waitMs = failures === 0 ? pollMs : backoffDelayMs({ clock, uniform, ...RECONNECT }, failures);
    await (options.failed === undefined ? sleep(waitMs) : Promise.race([sleep(waitMs), options.failed]));
    try {
      await options.lost.check();
      await run.onProgress();
      if (failures > 0) run.notice('airtune: the endpoint responds again; the run continues.');
      failures = 0;
    } catch (error) {
      if (!(error instanceof AirtuneError && error.retryable)) throw error;
      failures += 1;
      options.onTrouble(error.line);
      if (failures === 1) run.notice(`airtune: warning: ${error.line} The run waits for the endpoint.`);
    }
  }
}
