/** A name of a run that sorts by time and differs between processes that start in the same millisecond. */
export function runName(nowMs: number, processId: number): string {
  return `run-${new Date(nowMs).toISOString().replaceAll(/[^0-9]/g, '')}-${processId}`;
}
