import type { PointSummary } from '#study/output/point-summary.ts';

/** A point with its name. */
export interface NamedPoint {
  readonly name: string;
  /** The policy, if the study compares several. */
  readonly group?: string;
  readonly point: PointSummary;
}
