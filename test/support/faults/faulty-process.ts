import type { Clock } from '#shared/cloud/ports/clock.ts';
import { ServiceError } from '#shared/errors.ts';
import type { FaultPlan } from './fault-plan.ts';

/** The process that made a port call is gone. What it held in memory is lost; nothing of it runs on. */
export class KillError extends Error {
  constructor(where: string) {
    super(`killed ${where}`);
    this.name = 'KillError';
  }
}

/**
 * One life of one process, as its ports see it: between any two of its port calls it may die, and from then on every
 * further call of it rejects with a KillError and has no effect. Make a new one (and new handlers) for the next life.
 */
export class FaultyProcess {
  readonly plan: FaultPlan;
  readonly #clock: Clock | undefined;
  #dead: KillError | undefined;

  /** @param clock what a process that stalls waits on, without one it never does */
  constructor(plan: FaultPlan, clock?: Clock) {
    this.plan = plan;
    this.#clock = clock;
  }

  get alive(): boolean {
    return this.#dead === undefined;
  }

  /** One port call, with a crash or a lost answer possible on either side of it. */
  async call<T>(what: string, effect: () => Promise<T>): Promise<T> {
    await this.#strike(`before ${what}`);
    const result = await effect();
    await this.#strike(`after ${what}`);
    return result;
  }

  /** A port call that names several items and may stop in the middle: then a random part of them is done. */
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
