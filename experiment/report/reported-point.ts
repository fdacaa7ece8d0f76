import type { RunSeries } from '#experiment/series/run-series.ts';
import type { ExperimentPoint } from '#shared/protocol/experiment-result.ts';
import type { ContenderRow } from './contender-tables.ts';

/** A point of a variant with its results, for the report. */
export interface ReportedPoint extends ContenderRow {
  readonly point: ExperimentPoint;
  readonly series: readonly RunSeries[];
}
