import { Occupancy } from '#emulator/kernel/occupancy.ts';
import type { EventKind, Simulation } from '#emulator/kernel/simulation.ts';
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

/**
 * One invocation from its request to its end: the single object that the pool allocates for it. Its events
 * carry its place in the pool's table, so that they need no closures.
 */
class PooledInvocation implements Invocation {
  readonly requestedAtMs: number;
  readonly start: (invocation: Invocation) => void;
  readonly #finishAt: (invocation: PooledInvocation, endMs: number) => void;
  grantedAtMs = 0;
  coldStartMs = 0;
  startMs = 0;
  deadlineMs = 0;
  timedOut = false;
  ended: (timedOut: boolean) => void = nothing;

  constructor(
    requestedAtMs: number,
    start: (invocation: Invocation) => void,
    finishAt: (invocation: PooledInvocation, endMs: number) => void,
  ) {
    this.requestedAtMs = requestedAtMs;
    this.start = start;
    this.#finishAt = finishAt;
  }

  end(endMs: number, then: (timedOut: boolean) => void): void {
    this.timedOut = endMs > this.deadlineMs;
    this.ended = then;
    this.#finishAt(this, this.timedOut ? this.deadlineMs : endMs);
  }
}

function nothing(): void {}

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
  readonly #startKind: EventKind;
  readonly #finishKind: EventKind;
  /** Invocations with a pending event, by the place that the event carries. */
  readonly #pending: (PooledInvocation | undefined)[] = [];
  readonly #freePlaces: number[] = [];
  readonly #finishAt = (invocation: PooledInvocation, endMs: number): void =>
    this.#post(endMs, this.#finishKind, invocation);
  #waiting: PooledInvocation[] = [];
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
    this.#startKind = this.#simulation.register(this, this.#start);
    this.#finishKind = this.#simulation.register(this, this.#finish);
  }

  /** Number of invocations that wait for concurrency or an environment. */
  get waiting(): number {
    return this.#waiting.length - this.#firstWaiting;
  }

  /**
   * Invokes the function: `start` is called when its handler begins, in this event or a later one.
   * @returns false if the invocation would have to wait and `waitingLimit` invocations wait already. It is
   *   then counted as refused and has no other effect.
   */
  invoke(start: (invocation: Invocation) => void): boolean {
    const nowMs = this.#simulation.nowMs;
    const request = new PooledInvocation(nowMs, start, this.#finishAt);
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

  #grant(request: PooledInvocation): boolean {
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

  #begin(invocation: PooledInvocation, coldStartMs: number): void {
    invocation.grantedAtMs = this.#simulation.nowMs;
    invocation.coldStartMs = coldStartMs;
    invocation.startMs = invocation.grantedAtMs + coldStartMs + this.#invokeLatencyMs;
    invocation.deadlineMs = invocation.startMs + this.#timeoutMs;
    this.counts.invocations++;
    this.#post(invocation.startMs, this.#startKind, invocation);
  }

  /** Posts an event of an invocation. */
  #post(timeMs: number, kind: EventKind, invocation: PooledInvocation): void {
    const place = this.#freePlaces.pop() ?? this.#pending.length;
    this.#pending[place] = invocation;
    this.#simulation.post(timeMs, kind, place);
  }

  /** The invocation of an event that runs now. */
  #take(place: number): PooledInvocation | undefined {
    const invocation = this.#pending[place];
    this.#pending[place] = undefined;
    this.#freePlaces.push(place);
    return invocation;
  }

  #start(place: number): void {
    const invocation = this.#take(place);
    invocation?.start(invocation);
  }

  #finish(place: number): void {
    const invocation = this.#take(place);
    if (invocation === undefined) return;
    const { requestedAtMs, startMs, coldStartMs, timedOut, ended } = invocation;
    const nowMs = this.#simulation.nowMs;
    this.counts.billedMs += Math.ceil(nowMs - startMs) + Math.ceil(coldStartMs);
    if (timedOut) this.counts.timeouts++;
    // A handler that was stopped at its deadline loses its environment.
    if (!timedOut) this.#warm.put(nowMs);
    this.occupancy.leave(nowMs, requestedAtMs);
    this.#concurrency.release();
    this.#serve();
    ended(timedOut);
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
