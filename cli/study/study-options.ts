import { availableParallelism } from 'node:os';
import { mergeSettings, type RawSettings, settingsAt } from '#cli/settings/merge-settings.ts';
import { parseAssignment, readSettingsFile } from '#cli/settings/read-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { MOST_ROUNDS } from '#study/calibration/measured-run.ts';
import { MOST_REPEATS, STUDY_VERSION, type StudyPlan } from '#study/output/study-plan.ts';
import { parseSweep, type Sweep, sweepOf } from '#study/points/sweep.ts';
import { findStudyPreset } from '#study/presets.ts';
import { readLearningCurve } from './read-learning-curve.ts';

/** The options of `airtune study`, as commander gives them. */
export interface StudyOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly devices?: string;
  readonly rounds?: string;
  readonly seed?: string;
  readonly policy?: string;
  readonly sweep?: readonly string[];
  readonly sweepMode?: string;
  readonly repeat?: string;
  readonly warmUp?: string;
  readonly threads?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly compare?: string;
  readonly learning?: readonly string[];
  readonly yes?: boolean;
}

/**
 * The plan that the options amount to: the preset, then the file, then `--devices`, `--rounds` and `--seed`, then `--set`, each
 * over the ones before. A sweep of a setting takes the place of the preset's sweep of it.
 *
 * @throws ConfigError naming the option that cannot be used
 */
export async function studyPlan(options: StudyOptions): Promise<StudyPlan> {
  const preset = options.preset === undefined ? undefined : findStudyPreset(options.preset);
  const layers: RawSettings[] = preset === undefined ? [] : [preset.settings];
  if (options.config !== undefined) layers.push(await readSettingsFile(options.config));
  for (const name of ['devices', 'rounds', 'seed'] as const) {
    const text = options[name];
    if (text !== undefined) layers.push(settingsAt(name, wholeNumber(`--${name}`, text)));
  }
  layers.push(...(options.set ?? []).map(parseAssignment));
  const sweeps = sweepsOf(options, preset?.sweeps ?? []);
  return {
    format: 'airtune-study',
    version: STUDY_VERSION,
    preset: options.preset ?? null,
    settings: layers.reduce(mergeSettings, {}),
    sweeps: sweeps.map(({ path, values }) => ({ path, values: [...values] })),
    sweepMode: sweepMode(options.sweepMode ?? preset?.sweepMode ?? 'grid'),
    repeats:
      options.repeat === undefined
        ? (preset?.repeats ?? 1)
        : within('--repeat', wholeNumber('--repeat', options.repeat), 1, MOST_REPEATS),
    warmUpRounds:
      options.warmUp === undefined
        ? 1
        : within('--warm-up', wholeNumber('--warm-up', options.warmUp), 0, MOST_ROUNDS),
    learning: await Promise.all((options.learning ?? []).map(readLearningCurve)),
  };
}

/** More threads than any machine has processors for take memory and give nothing. */
const MOST_THREADS = 256;

/** Worker threads: as many as asked for, else one for each processor. */
export function threadCount(options: StudyOptions): number {
  if (options.threads === undefined) return availableParallelism();
  return within('--threads', wholeNumber('--threads', options.threads), 1, MOST_THREADS);
}

/** The options that say what a study is; `--threads` and the like only say how it is run. */
const PLAN_OPTIONS: readonly (readonly [keyof StudyOptions, string])[] = [
  ['preset', '--preset'],
  ['config', '--config'],
  ['set', '--set'],
  ['devices', '--devices'],
  ['rounds', '--rounds'],
  ['seed', '--seed'],
  ['policy', '--policy'],
  ['sweep', '--sweep'],
  ['sweepMode', '--sweep-mode'],
  ['repeat', '--repeat'],
  ['warmUp', '--warm-up'],
  ['learning', '--learning'],
];

/**
 * Refuses options beside one that leaves them without effect: a study that is resumed is the one that was begun.
 *
 * @param beside the option that they are given beside
 * @param used those that do have an effect there
 * @throws ConfigError naming the option
 */
export function refuseWithoutEffect(
  options: StudyOptions,
  beside: string,
  used: readonly (keyof StudyOptions)[] = [],
): void {
  const idle = PLAN_OPTIONS.find(([name]) => options[name] !== undefined && !used.includes(name));
  if (idle === undefined) return;
  throw new ConfigError(`has no effect beside ${beside}.`, { subject: idle[1], remedy: 'Leave it out.' });
}

function sweepsOf(options: StudyOptions, preset: readonly Sweep[]): readonly Sweep[] {
  const own = (options.sweep ?? []).map(parseSweep);
  if (options.policy !== undefined) {
    const names = options.policy.split(',').filter((name) => name !== '');
    own.unshift(sweepOf('scheduling.policy', names));
  }
  const paths = new Set(own.map(({ path }) => path));
  return [...preset.filter(({ path }) => !paths.has(path)), ...own];
}

function sweepMode(text: string): 'grid' | 'list' {
  if (text === 'grid' || text === 'list') return text;
  throw new ConfigError(`is ${JSON.stringify(text)}.`, {
    subject: '--sweep-mode',
    remedy: 'Use grid or list.',
  });
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value)) return value;
  throw new ConfigError(`${JSON.stringify(text)} is not a whole number.`, { subject: option });
}

function within(option: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new ConfigError(`is ${value}.`, { subject: option, remedy: `Give ${least} to ${most}.` });
}
