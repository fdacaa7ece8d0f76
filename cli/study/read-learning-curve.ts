import { basename, resolve } from 'node:path';
import { requireResult } from '#run/output/read-result.ts';
import { type LearningCurve, learningCurve } from '#study/learning/learning-curve.ts';

/**
 * Reads the learning curve of the run in an output folder, named after the folder.
 *
 * @throws ConfigError if none.
 */
export async function readLearningCurve(directory: string): Promise<LearningCurve> {
  const curve = learningCurve(await requireResult(directory), directory);
  return { ...curve, run: basename(resolve(directory)) };
}
