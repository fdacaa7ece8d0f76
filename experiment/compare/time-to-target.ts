import type { Series, Spent } from '#experiment/series/run-series.ts';

/**
 * What a run had spent when a test first showed the target accuracy; undefined if none did. Tests take place
 * every few rounds, so the target may have been reached up to that many rounds earlier.
 */
export function spentAtTarget({ rows }: Series, targetAccuracy: number): Spent | undefined {
  return rows.find(({ testAccuracy = Number.NEGATIVE_INFINITY }) => testAccuracy >= targetAccuracy)?.spent;
}

/** Whether a run was tested at all. */
export function isTested({ rows }: Series): boolean {
  return rows.some(({ testAccuracy }) => testAccuracy !== undefined);
}
