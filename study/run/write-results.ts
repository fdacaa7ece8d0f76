import { REPORT_FILE, renderReport } from '#report/write-report.ts';
import { OutputError } from '#shared/errors.ts';
import type { PointResult } from '#study/model/run-point.ts';
import { latencyCsv } from '#study/output/latency-csv.ts';
import type { StudyPlan } from '#study/output/study-plan.ts';
import { type StudyResult, summarise } from '#study/output/study-result.ts';
import { makePoints, type StudyPoint } from '#study/points/points.ts';
import { STUDY_PRESETS } from '#study/presets.ts';
import { studyContent } from '#study/report/study-content.ts';
import type { StudyFolder } from './study-folder.ts';
import { studyTasks } from './study-task.ts';

/** Writes a study's results from the runs of its points: study.json, latency.csv and report.html. */
export async function writeResults(
  folder: StudyFolder,
  plan: StudyPlan,
  points: readonly StudyPoint[],
  results: readonly (readonly PointResult[])[],
): Promise<StudyResult> {
  const summary = summarise(plan, points, results);
  await folder.write('latency.csv', latencyCsv(points, results));
  await folder.write('study.json', `${JSON.stringify(summary, null, 2)}\n`);
  const about = plan.preset === null ? undefined : STUDY_PRESETS[plan.preset]?.description;
  await folder.write(REPORT_FILE, await renderReport(studyContent(summary, about)));
  return summary;
}

/**
 * Writes the results again from the files of a finished study. @throws OutputError when it is not finished
 */
export async function rebuildReport(folder: StudyFolder): Promise<StudyResult> {
  const plan = await folder.plan();
  const points = makePoints(plan.settings, plan.sweeps, plan.sweepMode, plan.models, plan.plugins);
  const results: PointResult[][] = points.map(() => []);
  for (const task of studyTasks(points, plan.repeats)) {
    const result = await folder.result(task);
    if (result === undefined) {
      throw new OutputError('holds a study that is not finished.', {
        subject: folder.directory,
        remedy: `Go on with it by: airtune study --resume ${folder.directory}`,
      });
    }
    results[task.point][task.repeat] = result;
  }
  return writeResults(folder, plan, points, results);
}
