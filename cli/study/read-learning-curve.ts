import { basename, join, resolve } from 'node:path';
import { readResultFile } from '#cli/calibrate/read-measured-run.ts';
import { type LearningCurve, parseLearningCurve } from '#study/learning/learning-curve.ts';

/** The learning curve of the run in an output folder, under the folder's name. @throws ConfigError when it holds none */
export async function readLearningCurve(directory: string): Promise<LearningCurve> {
  const curve = parseLearningCurve(await readResultFile(directory), join(directory, 'result.json'));
  return { ...curve, run: basename(resolve(directory)) };
}
