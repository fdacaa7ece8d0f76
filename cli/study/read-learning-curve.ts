import { basename, resolve } from 'node:path';
import { requireResult } from '#run/output/read-result.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { measuredResult } from '#study/calibration/measured-result.ts';
import { curveDifferences } from '#study/learning/curve-agreement.ts';
import { type LearningCurve, learningCurve } from '#study/learning/learning-curve.ts';

/**
 * Reads the learning curve of the run in an output folder, named after the folder, and in which settings the
 * run differs from the study.
 *
 * @param study complete settings of the study's first point
 * @param swept paths that the study varies
 * @throws ConfigError if none.
 */
export async function readLearningCurve(
  directory: string,
  study: RawSettings,
  swept: readonly string[],
): Promise<LearningCurve> {
  const result = await requireResult(directory);
  const curve = learningCurve(result, directory);
  const { settings } = measuredResult(result, directory);
  const differences = [...curveDifferences(settings, study, swept)];
  return { ...curve, run: basename(resolve(directory)), differences };
}

/** A warning for each curve whose run differs from the study. */
export function learningWarnings(curves: readonly LearningCurve[]): readonly string[] {
  return curves.flatMap(({ run, differences }) =>
    differences.length === 0
      ? []
      : [
          `--learning ${run}: run and study differ in ${differences.join(', ')}. Its accuracy by round may not be that of the study.`,
        ],
  );
}
