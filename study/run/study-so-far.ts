import type { PointResult } from '#study/model/run-point.ts';
import type { StudyPlan } from '#study/output/study-plan.ts';
import type { StudyPoint } from '#study/points/points.ts';

/** The results of an unfinished study: the finished runs of each point. */
export interface StudySoFar {
  readonly plan: StudyPlan;
  readonly points: readonly StudyPoint[];
  readonly results: readonly (readonly PointResult[])[];
}
