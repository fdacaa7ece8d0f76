import { createRequire } from 'node:module';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type ExperimentOptions, wishedJobs } from '#cli/experiment/experiment-options.ts';
import { ExperimentBar } from '#cli/experiment/experiment-progress.ts';
import { experimentTables } from '#cli/experiment/experiment-table.ts';
import { planningCommand } from '#cli/experiment/planning-command.ts';
import { resolveExperiment } from '#cli/experiment/resolve-experiment.ts';
import { presetsHelp } from '#cli/help/help-text.ts';
import { settingsHelpOption } from '#cli/help/settings-help.ts';
import { interruption } from '#cli/options/interruption.ts';
import { placeArgument, placeOption } from '#cli/options/place-option.ts';
import { repeatable } from '#cli/options/repeatable.ts';
import { outputOptions, progressOutput } from '#cli/output-options.ts';
import { paragraph } from '#cli/print/paragraph.ts';
import { progressLines } from '#cli/print/progress-lines.ts';
import { endedBy, startWatch } from '#cli/print/watch.ts';
import { printWidth } from '#cli/print/width.ts';
import { settingOptions } from '#cli/settings/setting-options.ts';
import { flagOf } from '#cli/settings/settings-layers.ts';
import { unusedNotice } from '#cli/settings/unused-notice.ts';
import type { Terminal, TextOutput } from '#cli/terminal.ts';
import { PLANNING_PRESETS } from '#experiment/presets/planning-figure.ts';
import { EXPERIMENT_PRESETS, planningPreset } from '#experiment/presets/registry.ts';
import { executeExperiment, type FailedRun } from '#experiment/run/execute-experiment.ts';
import { ExperimentFolder } from '#experiment/run/experiment-folder.ts';
import { type JobLimits, jobLimits, runBytes } from '#experiment/run/job-limits.ts';
import { contentSoFar, writeExperiment } from '#experiment/run/write-results.ts';
import { REPORT_FILE } from '#report/write-report.ts';
import { embeddedRunSchema } from '#run/settings/embedded-run-schema.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { ConfigError, IncompleteError } from '#shared/errors.ts';
import type { ExperimentPlan, ExperimentResult } from '#shared/protocol/experiment-result.ts';

/** Options that a resumed experiment takes: how it is executed. */
const RESUME_OPTIONS: readonly (keyof ExperimentOptions)[] = [
  'resume',
  'jobs',
  'continueRuns',
  'json',
  'target',
  'watch',
];

/** Runs at once on a deployment, where the user names no number. */
const REMOTE_JOBS = 4;

/** `airtune experiment`: a grid of real runs with paired seeds. */
export function experimentCommand(terminal: Terminal): Command {
  const command = new Command('experiment').addArgument(
    placeArgument('[plan]', 'plan as YAML or JSON: settings, variants, contenders, sweep, seeds'),
  );
  return settingsHelpOption(settingOptions(command), embeddedRunSchema, terminal)
    .option('--quick', "with a preset of an experiment: its short form on the quick start's model")
    .option('--sweep <path=v1,v2,...>', 'vary a setting; may be given several times', repeatable)
    .option('--sweep-mode <mode>', 'grid: every combination; list: first with first, second with second')
    .option('--variants <a,b,...>', 'only these variants of the plan or preset')
    .option('--contenders <a,b,...>', 'only these contenders of the plan or preset')
    .option('--seeds <list>', 'seeds of every point, as 1..5 or 1,2,7; 1 where they are left out')
    .option('--jobs <n>', 'runs at once; as many as processors and memory allow where it is left out')
    .option('--target <name>', 'embedded (virtual cloud in each process) or aws', 'embedded')
    .addOption(placeOption('--endpoint <url>', 'with --target aws: a bare endpoint that speaks SQS and S3'))
    .addOption(placeOption('--deployment <name>', 'with --target aws: the name it was deployed with'))
    .addOption(placeOption('--region <name>', 'with --target aws: the region'))
    .addOption(placeOption('--out <dir>', 'output folder, new or empty; experiment-out by default'))
    .addOption(placeOption('--resume <dir>', 'go on with the experiment in this folder'))
    .option(
      '--continue-runs',
      'with --resume: go on inside interrupted runs; their virtual times are then not those of whole runs',
    )
    .option('--yes', 'do however many runs the plan makes')
    .option('--watch', 'serve a page on this machine that follows the experiment, and print its address')
    .option('--json', 'print experiment.json instead of the tables')
    .addHelpText('after', presetsHelp({ ...EXPERIMENT_PRESETS, ...PLANNING_PRESETS }))
    .action(async (planPath: string | undefined, options: ExperimentOptions, command: Command) => {
      const signal = interruption(terminal);
      const shown = progressOutput(outputOptions(command), terminal);
      const [planning] = (options.preset ?? []).flatMap((name) => planningPreset(name) ?? []);
      if (planning !== undefined) {
        terminal.stdout.write(`${await planningCommand(planning, options, { terminal, shown, signal })}\n`);
        return;
      }
      const folder = new ExperimentFolder(options.resume ?? options.out ?? 'experiment-out');
      try {
        const { plan, limits } = await openPlan(folder, planPath, options, { terminal, shown });
        const { result, failed } = await runExperiment(folder, plan, options, {
          limits,
          terminal,
          shown,
          signal,
        });
        terminal.stdout.write(
          `${options.json ? JSON.stringify(result) : resultText(result, folder, printWidth(terminal.stdout, terminal.env))}\n`,
        );
        if (failed.length > 0) throw incomplete(failed, folder);
      } finally {
        await folder.release();
      }
    });
}

/** Where the command prints: its terminal, and the stream for progress and notices. */
interface Surroundings {
  readonly terminal: Terminal;
  readonly shown: TextOutput;
}

/** Does the runs that are missing, and writes the results; with `--watch` a page follows the experiment. */
async function runExperiment(
  folder: ExperimentFolder,
  plan: ExperimentPlan,
  options: ExperimentOptions,
  surroundings: Surroundings & { readonly limits: JobLimits; readonly signal: AbortSignal },
): Promise<{ readonly result: ExperimentResult; readonly failed: readonly FailedRun[] }> {
  const { limits, terminal, shown, signal } = surroundings;
  const watch = await startWatch(options.watch, 'airtune experiment', (line) => shown.write(`${line}\n`));
  const show = async (failed: readonly FailedRun[]): Promise<void> => {
    const content = await contentSoFar(folder, plan, failed);
    watch.show(() => content);
  };
  try {
    if (options.watch === true) await show([]);
    const failed = await executeExperiment({
      folder,
      plan,
      limits,
      command: {
        program: process.execPath,
        args: [createRequire(import.meta.url).resolve('#cli/airtune.ts')],
      },
      continueRuns: options.continueRuns === true,
      progress: new ExperimentBar(progressLines(shown, terminal.env)),
      ...(options.watch === true ? { ended: show } : {}),
      signal,
    });
    const result = await writeExperiment(folder, plan, failed);
    const report = join(folder.directory, REPORT_FILE);
    await watch.end(`The experiment has finished; ${report} keeps this report.`);
    return { result, failed };
  } catch (error) {
    await watch.end(endedBy(error));
    throw error;
  }
}

/**
 * The plan of a new experiment, or of the one to go on with, and how many of its runs go at once. Its folder
 * is locked afterwards. A new folder is made when all that can be checked before the first run has been.
 */
async function openPlan(
  folder: ExperimentFolder,
  planPath: string | undefined,
  options: ExperimentOptions,
  { terminal, shown }: Surroundings,
): Promise<{ readonly plan: ExperimentPlan; readonly limits: JobLimits }> {
  if (options.resume === undefined) {
    const { plan, unused } = await resolveExperiment(planPath, options, terminal);
    const limits = await limitsOf(plan, options);
    unusedNotice('experiment', unused, (text) => shown.write(text));
    await folder.begin(plan);
    return { plan, limits };
  }
  const idle = planPath === undefined ? ignoredBesideResume(options) : 'the plan';
  if (idle !== undefined) {
    throw new ConfigError('a resumed experiment keeps its plan.', { subject: idle, remedy: 'Leave it out.' });
  }
  const plan = await folder.plan();
  const limits = await limitsOf(plan, options);
  await folder.hold();
  await folder.removeAbandoned();
  return { plan, limits };
}

function ignoredBesideResume(options: ExperimentOptions): string | undefined {
  const given = Object.entries(options).find(
    ([name, value]) => value !== undefined && !RESUME_OPTIONS.some((allowed) => allowed === name),
  );
  return given === undefined ? undefined : flagOf(given[0]);
}

/** Jobs and threads: by this machine for embedded runs; on a deployment this machine only waits. */
async function limitsOf(plan: ExperimentPlan, options: ExperimentOptions): Promise<JobLimits> {
  const runs = plan.points.length * plan.seeds.length;
  const wished = wishedJobs(options);
  const processors = availableParallelism();
  if (plan.host.target !== 'embedded') {
    const jobs = Math.min(wished ?? REMOTE_JOBS, runs);
    return { jobs, threadsPerJob: Math.max(1, Math.floor(processors / jobs)) };
  }
  const needed = await Promise.all(
    plan.points.map(({ name, settings }) => {
      const { cloud: _, ...config } = parseStrict(embeddedRunSchema, settings, `point ${name}`);
      return runBytes(config);
    }),
  );
  return jobLimits({ processors, freeMemoryBytes: freemem() }, wished, runs, Math.max(...needed));
}

function resultText(result: ExperimentResult, folder: ExperimentFolder, width: number): string {
  const { title, notes } = result.plan;
  return [
    title,
    '',
    experimentTables(result, width),
    '',
    paragraph(
      'Means over the seeds; in brackets 95 % bootstrap intervals of the mean. Differences are paired by seed.',
      width,
    ),
    ...notes.map((note) => paragraph(note, width)),
    '',
    `report  ${folder.path(REPORT_FILE)}`,
    `rounds  ${folder.path('rounds.csv')}`,
    '',
    `Next: airtune compare ${folder.directory} --target-accuracy 0.8`,
  ].join('\n');
}

function incomplete(failed: readonly FailedRun[], folder: ExperimentFolder): IncompleteError {
  const [{ task }] = failed;
  const others = failed.length === 1 ? '' : ` and ${failed.length - 1} more`;
  return new IncompleteError(`${task.folder}${others} failed; all other runs are finished.`, {
    subject: folder.directory,
    remedy: `See the reasons in ${join(folder.directory, 'experiment.json')}; try them again with: airtune experiment --resume ${folder.directory}`,
  });
}
