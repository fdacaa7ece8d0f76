import type { Clock } from '#shared/cloud/ports/clock.ts';
import { ServiceError } from '#shared/errors.ts';
import type { FaultPlan } from './fault-plan.ts';

/** The process that made a port call has died. Its memory is lost and none of its code continues. */
export class KillError extends Error {
  constructor(where: string) {
    super(`killed ${where}`);
    this.name = 'KillError';
  }
}

/**
 * One process from its start to its death. It may die between any two port calls; all its later calls reject
 * with a KillError and have no effect. For a restart, make a new instance with new handlers.
 */
export class FaultyProcess {
  readonly plan: FaultPlan;
  readonly #clock: Clock | undefined;
  #dead: KillError | undefined;

  /** @param clock The clock on which a stalled process waits; without it the process never stalls. */
  constructor(plan: FaultPlan, clock?: Clock) {
    this.plan = plan;
    this.#clock = clock;
  }

  get alive(): boolean {
    return this.#dead === undefined;
  }

  /** Makes one port call, with a possible crash or lost response before or after it. */
  async call<T>(what: string, effect: () => Promise<T>): Promise<T> {
    await this.#strike(`before ${what}`);
    const result = await effect();
    await this.#strike(`after ${what}`);
    return result;
  }

  /** Makes a port call with several items. It may stop in the middle, after a random part of the items. */
  async callForEach<T>(
    what: string,
    items: readonly T[],
    effect: (part: readonly T[]) => Promise<void>,
  ): Promise<void> {
    await this.call(what, async () => {
      if (items.length > 1 && this.plan.strikes('kill', `amid ${what}`)) {
        await effect(this.plan.shuffled(items).slice(0, 1 + this.plan.choose(items.length - 1)));
        this.#die(`amid ${what}`);
      }
      await effect(items);
    });
  }

  async #strike(where: string): Promise<void> {
    if (this.#clock !== undefined && this.plan.strikes('stall', where)) {
      await this.#clock.sleepMs(this.plan.stallMs());
    }
    if (this.#dead !== undefined) throw this.#dead;
    if (this.plan.strikes('kill', where)) this.#die(where);
    if (this.plan.strikes('error', where)) throw new ServiceError(`failed ${where}.`, { retryable: true });
  }

  #die(where: string): never {
    this.#dead = new KillError(where);
    throw this.#dead;
  }
}
