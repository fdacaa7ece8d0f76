/**
 * `airtune/study`: modelled rounds at scale. `runStudy` runs a grid of points on worker threads and writes
 * its folder; `runPoint` simulates one point in this thread.
 *
 * @module
 */
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { parseStudy as parseWithSizes } from '#study/settings/parse-study.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';

export type { RawSettings } from '#shared/config/merge-settings.ts';
export { AirtuneError, type ErrorKind } from '#shared/errors.ts';
export { type PointResult, type RoundResult, runPoint } from '#study/model/run-point.ts';
export type { StudyResult } from '#study/output/study-result.ts';
export type { SweepMode } from '#study/points/points.ts';
export type { Sweep } from '#study/points/sweep.ts';
export type { StudySettings } from '#study/settings/study-schema.ts';
export { type RunStudyOptions, runStudy, type StudyDefinition } from './run-study.ts';

/**
 * Checks the settings of one point; a setting that is left out has its default. Sizes of a model are given
 * as `model.hiddenSize` and the like, not by a directory.
 *
 * @throws ConfigError naming the setting that is unknown or out of range
 */
export function parseStudy(settings: RawSettings = {}): StudySettings {
  return parseWithSizes(settings, 'settings');
}
