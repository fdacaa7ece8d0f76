/** Time as functions and processes see it: the machine's in the cloud, virtual time in the emulator. */
export interface Clock {
  /** Time of day: milliseconds since the clock's epoch. It may jump, so no wait is measured with it. */
  nowMs(): number;
  /** Milliseconds since a fixed moment of this process: never goes back, never jumps. */
  monotonicMs(): number;
  /** Resolves after this long by the monotonic time; rejects with the signal's reason when aborted first. */
  sleepMs(durationMs: number, signal?: AbortSignal): Promise<void>;
}
