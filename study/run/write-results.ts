import type { ReportContent } from '#report/content/report-content.ts';
import { REPORT_FILE, renderReport } from '#report/write-report.ts';
import { OutputError } from '#shared/errors.ts';
import type { PointResult } from '#study/model/run-point.ts';
import { latencyCsv } from '#study/output/latency-csv.ts';
import type { StudyPlan } from '#study/output/study-plan.ts';
import { type StudyResult, summarise } from '#study/output/study-result.ts';
import { makePoints, type StudyPoint } from '#study/points/points.ts';
import { STUDY_PRESETS } from '#study/presets.ts';
import { emptyStudyContent, studyContent } from '#study/report/study-content.ts';
import type { StudyFolder } from './study-folder.ts';
import type { StudySoFar } from './study-so-far.ts';
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
  await folder.write(REPORT_FILE, await renderReport(studyContent(summary, aboutOf(plan))));
  return summary;
}

/** Reads the files of a finished study. @throws OutputError when it is not finished */
export async function readStudy(folder: StudyFolder): Promise<StudySoFar> {
  const study = await readSoFar(folder);
  if (isFinished(study)) return study;
  throw new OutputError('holds a study that is not finished.', {
    subject: folder.directory,
    remedy: `Continue with: airtune study --resume ${folder.directory}`,
  });
}

/** Writes the results of a finished study, or only the report of an unfinished one. */
export async function rebuildReport(folder: StudyFolder): Promise<void> {
  const study = await readSoFar(folder);
  const { plan, points, results } = study;
  if (isFinished(study)) await writeResults(folder, plan, points, results);
  else await folder.write(REPORT_FILE, await renderReport(contentSoFar(study)));
}

/** The finished runs of a study, from their files. */
async function readSoFar(folder: StudyFolder): Promise<StudySoFar> {
  const plan = await folder.plan();
  const points = makePoints(plan.settings, plan.sweeps, plan.sweepMode, plan.models, plan.plugins);
  const results: PointResult[][] = points.map(() => []);
  for (const task of studyTasks(points, plan.repeats)) {
    const result = await folder.result(task);
    if (result !== undefined) results[task.point][task.repeat] = result;
  }
  return { plan, points, results };
}

function isFinished({ plan, results }: StudySoFar): boolean {
  return results.every((runs) => finishedRuns(runs).length === plan.repeats);
}

/** The report of an unfinished study, with the points that have a finished run. */
export function contentSoFar({ plan, points, results }: StudySoFar): ReportContent {
  const done = points
    .map((point, index) => ({ point, runs: finishedRuns(results[index]) }))
    .filter(({ runs }) => runs.length > 0);
  const finished = done.reduce((sum, { runs }) => sum + runs.length, 0);
  const total = points.length * plan.repeats;
  if (done.length === 0) return emptyStudyContent(plan, total);
  const summary = summarise(
    plan,
    done.map(({ point }) => point),
    done.map(({ runs }) => runs),
  );
  return studyContent(summary, aboutOf(plan), { finished, total });
}

/** The finished runs of a point. The index of a run is its number, so earlier entries may be missing. */
function finishedRuns(runs: readonly (PointResult | undefined)[]): readonly PointResult[] {
  return runs.filter((run) => run !== undefined);
}

function aboutOf({ preset }: StudyPlan): string | undefined {
  return preset === null ? undefined : STUDY_PRESETS[preset]?.description;
}
