/** The time of functions and processes: the machine's clock, or virtual time in the emulator. */
export interface Clock {
  /** Time of day in milliseconds since the clock's epoch. It may jump; never measure waits with it. */
  nowMs(): number;
  /** Milliseconds since a fixed moment of this process. It never goes back and never jumps. */
  monotonicMs(): number;
  /** Resolves after this time by the monotonic clock; rejects with the signal's reason when aborted first. */
  sleepMs(durationMs: number, signal?: AbortSignal): Promise<void>;
}
