import { join } from 'node:path';
import { type LearningCurve, parseLearningCurve } from '../../study/learning/learning-curve.ts';
import { readResultFile } from '../calibrate/read-measured-run.ts';

/** The learning curve of the run in an output folder. @throws ConfigError when it holds none */
export async function readLearningCurve(directory: string): Promise<LearningCurve> {
  return parseLearningCurve(await readResultFile(directory), join(directory, 'result.json'));
}
