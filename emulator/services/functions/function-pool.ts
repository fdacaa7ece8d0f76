import { Occupancy } from '#emulator/kernel/occupancy.ts';
import type { Simulation } from '#emulator/kernel/simulation.ts';
import type {
  FunctionParameters,
  FunctionPlatformParameters,
} from '#emulator/parameters/function-parameters.ts';
import type { RandomStream } from '#shared/random/random-stream.ts';
import { drawColdStartMs, medianColdStartMs } from './cold-start.ts';
import type { Concurrency } from './concurrency.ts';
import { ScalingRate } from './scaling-rate.ts';
import { WarmEnvironments } from './warm-environments.ts';

/** One invocation, whose handler runs from `startMs` on. `end` is called exactly once. */
export interface Invocation {
  readonly requestedAtMs: number;
  /** When a warm environment was found, or creating a new one began. */
  readonly grantedAtMs: number;
  /** Time that creating the environment took [ms]; 0 in a warm one. */
  readonly coldStartMs: number;
  /** When the handler starts. Equals the current time when `start` is called. */
  readonly startMs: number;
  /** When the platform stops the handler. */
  readonly deadlineMs: number;
  /**
   * Sets when the handler ends (not before now) and the callback that runs then. A handler that would end
   * after the deadline ends at the deadline and has timed out.
   */
  end(endMs: number, then: (timedOut: boolean) => void): void;
}

export interface FunctionPoolOptions {
  readonly simulation: Simulation;
  readonly parameters: FunctionParameters;
  readonly platform: FunctionPlatformParameters;
  /** The function's reserved concurrency or the account's shared one. */
  readonly concurrency: Concurrency;
  readonly random: RandomStream;
  /**
   * Invocations that may wait for concurrency; more are refused. Without it all wait, as pollers' batches do.
   */
  readonly waitingLimit?: number;
}

export interface FunctionCounts {
  invocations: number;
  coldStarts: number;
  timeouts: number;
  /** Invocations that had to wait for concurrency or an environment. */
  throttled: number;
  refused: number;
  /** Billed time [ms]: handler and initialisation, each rounded up ("Lambda pricing", August 2025). */
  billedMs: number;
}

interface Waiting {
  readonly requestedAtMs: number;
  readonly start: (invocation: Invocation) => void;
}

/**
 * The environments of one function. An invocation acquires concurrency, then a warm environment or a new one
 * as fast as the scaling rate allows; it runs and leaves its environment warm. The retries of throttled
 * pollers are modelled as waiting in a queue.
 */
export class FunctionPool {
  readonly counts: FunctionCounts = {
    invocations: 0,
    coldStarts: 0,
    timeouts: 0,
    throttled: 0,
    refused: 0,
    billedMs: 0,
  };
  /** Invocations from request to end. */
  readonly occupancy = new Occupancy();
  readonly #simulation: Simulation;
  readonly #platform: FunctionPlatformParameters;
  readonly #invokeLatencyMs: number;
  readonly #timeoutMs: number;
  readonly #concurrency: Concurrency;
  readonly #random: RandomStream;
  readonly #rate: ScalingRate;
  readonly #warm: WarmEnvironments;
  readonly #medianColdStartMs: number;
  readonly #waitingLimit: number;
  #waiting: Waiting[] = [];
  #firstWaiting = 0;
  #enlisted = false;
  #scalingAwaited = false;

  constructor(options: FunctionPoolOptions) {
    const { platform, parameters } = options;
    this.#simulation = options.simulation;
    this.#platform = platform;
    this.#invokeLatencyMs = parameters.invokeLatencyMs;
    this.#timeoutMs = 1000 * parameters.timeoutSeconds;
    this.#concurrency = options.concurrency;
    this.#random = options.random;
    this.#rate = new ScalingRate(platform.scalingBurst, platform.scalingPerSecond);
    this.#warm = new WarmEnvironments(1000 * platform.keepAliveSeconds);
    this.#medianColdStartMs = medianColdStartMs(platform, parameters);
    this.#waitingLimit = options.waitingLimit ?? Number.POSITIVE_INFINITY;
  }

  /** Number of invocations that wait for concurrency or an environment. */
  get waiting(): number {
    return this.#waiting.length - this.#firstWaiting;
  }

  /**
   * Invokes the function: `start` is called when its handler begins, in this event or a later one.
   * @returns false, without any effect but the count, if the invocation must wait and may not.
   */
  invoke(start: (invocation: Invocation) => void): boolean {
    const nowMs = this.#simulation.nowMs;
    const request = { requestedAtMs: nowMs, start };
    if (this.waiting > 0 || !this.#grant(request)) {
      if (this.waiting >= this.#waitingLimit) {
        this.counts.refused++;
        return false;
      }
      this.counts.throttled++;
      this.#waiting.push(request);
    }
    this.occupancy.enter(nowMs);
    return true;
  }

  #grant(request: Waiting): boolean {
    if (!this.#concurrency.take()) {
      if (!this.#enlisted) this.#concurrency.enlist(() => this.#placeFree());
      this.#enlisted = true;
      return false;
    }
    const nowMs = this.#simulation.nowMs;
    if (this.#warm.take(nowMs)) {
      this.#begin(request, 0);
      return true;
    }
    if (!this.#rate.take(nowMs)) {
      this.#awaitScaling(nowMs);
      this.#concurrency.release();
      return false;
    }
    this.counts.coldStarts++;
    this.#begin(
      request,
      drawColdStartMs(this.#medianColdStartMs, this.#platform.coldStartSpread, this.#random),
    );
    return true;
  }

  #begin({ requestedAtMs, start }: Waiting, coldStartMs: number): void {
    const grantedAtMs = this.#simulation.nowMs;
    const startMs = grantedAtMs + coldStartMs + this.#invokeLatencyMs;
    const deadlineMs = startMs + this.#timeoutMs;
    this.counts.invocations++;
    const invocation: Invocation = {
      requestedAtMs,
      grantedAtMs,
      coldStartMs,
      startMs,
      deadlineMs,
      end: (endMs, then) => {
        const timedOut = endMs > deadlineMs;
        this.#simulation.at(timedOut ? deadlineMs : endMs, () => this.#finish(invocation, timedOut, then));
      },
    };
    this.#simulation.at(startMs, () => start(invocation));
  }

  #finish(invocation: Invocation, timedOut: boolean, then: (timedOut: boolean) => void): void {
    const nowMs = this.#simulation.nowMs;
    this.counts.billedMs += Math.ceil(nowMs - invocation.startMs) + Math.ceil(invocation.coldStartMs);
    if (timedOut) this.counts.timeouts++;
    // A handler that was stopped at its deadline loses its environment.
    if (!timedOut) this.#warm.put(nowMs);
    this.occupancy.leave(nowMs, invocation.requestedAtMs);
    this.#concurrency.release();
    this.#serve();
    then(timedOut);
  }

  #placeFree(): void {
    this.#enlisted = false;
    this.#serve();
  }

  #serve(): void {
    while (this.waiting > 0 && this.#grant(this.#waiting[this.#firstWaiting])) {
      this.#firstWaiting++;
      if (this.#firstWaiting >= 1024 && 2 * this.#firstWaiting >= this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#firstWaiting);
        this.#firstWaiting = 0;
      }
    }
  }

  #awaitScaling(nowMs: number): void {
    if (this.#scalingAwaited) return;
    this.#scalingAwaited = true;
    this.#simulation.at(this.#rate.nextMs(nowMs), () => {
      this.#scalingAwaited = false;
      this.#serve();
    });
  }
}
