/**
 * A name for a run: names sort by time, and processes that start in the same millisecond get different ones.
 */
export function runName(nowMs: number, processId: number): string {
  return `run-${new Date(nowMs).toISOString().replaceAll(/[^0-9]/g, '')}-${processId}`;
}
