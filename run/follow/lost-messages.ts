import type { CloudPorts } from '#functions/runtime/environment.ts';
import { failureByLostMessage } from '#run/deployment/lost-message.ts';
import type { ExecutedRun } from '#run/hosts/run-host.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/** Time between two checks of the dead-letter queues. [ms] */
const INTERVAL_MS = 15_000;

/** Ends a followed run when one of its essential messages is in a dead-letter queue. */
export class LostMessages {
  readonly #ports: Pick<CloudPorts, 'deadLetters' | 'clock' | 'objects'>;
  readonly #run: Pick<ExecutedRun, 'record' | 'follower' | 'epoch'>;
  #nextMs: number;

  constructor(
    ports: Pick<CloudPorts, 'deadLetters' | 'clock' | 'objects'>,
    run: Pick<ExecutedRun, 'record' | 'follower' | 'epoch'>,
  ) {
    this.#ports = ports;
    this.#run = run;
    this.#nextMs = ports.clock.monotonicMs() + INTERVAL_MS;
  }

  /**
   * Stores the failure of the run's epoch if one of its essential messages is lost. Does nothing within 15 s
   * of the last check.
   *
   * @throws ServiceError if the queues do not respond.
   */
  async check(): Promise<void> {
    if (this.#ports.clock.monotonicMs() < this.#nextMs) return;
    const { record, follower, epoch } = this.#run;
    const failure = await failureByLostMessage(this.#ports, {
      record,
      epoch,
      committedRounds: follower.commits.length,
      isTested: (tested) => follower.evaluations.some(({ rounds }) => rounds === tested),
    });
    this.#nextMs = this.#ports.clock.monotonicMs() + INTERVAL_MS;
    if (failure !== undefined) {
      await new RunStore(this.#ports.objects).failure(record.run, epoch).decide(failure);
    }
  }
}
