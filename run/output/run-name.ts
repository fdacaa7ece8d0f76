/** A name of a run that sorts by time. Two runs that start in the same millisecond get the same name. */
export function runName(nowMs: number): string {
  return `run-${new Date(nowMs).toISOString().replaceAll(/[^0-9]/g, '')}`;
}
