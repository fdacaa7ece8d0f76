import type { PointResult } from '#study/model/run-point.ts';
import type { StudyPoint } from '#study/points/points.ts';

/** The results of a study that goes on: of each point, the runs that are finished, in any number. */
export interface StudySoFar {
  readonly points: readonly StudyPoint[];
  readonly results: readonly (readonly PointResult[])[];
}
