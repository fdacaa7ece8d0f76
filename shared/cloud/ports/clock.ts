/** Time as a handler sees it: the wall clock in the cloud, virtual time in the emulator. */
export interface Clock {
  /** Milliseconds since the clock's epoch. */
  nowMs(): number;
  /** Resolves at this time, at once when it has passed; rejects with the signal's reason when aborted first. */
  sleepUntilMs(timeMs: number, signal?: AbortSignal): Promise<void>;
}
