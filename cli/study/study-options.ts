import { availableParallelism } from 'node:os';
import { SHORT_OPTIONS as RUN_SHORT_OPTIONS, type SettingOptions } from '#cli/settings/run-settings.ts';
import {
  givenLayers,
  mergeLayers,
  type SettingsLayer,
  type ShortOption,
  subjectIn,
} from '#cli/settings/settings-layers.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { splitSettings } from '#shared/config/unused-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import { STUDY_VERSION, type StudyPlan } from '#study/output/study-plan.ts';
import { parseSweep, type Sweep, sweepOf } from '#study/points/sweep.ts';
import { findStudyPreset } from '#study/presets.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { type StudySettings, studySchema } from '#study/settings/study-schema.ts';
import { readLearningCurve } from './read-learning-curve.ts';
import { readModelSizes } from './read-model-sizes.ts';

/** The options of `airtune study`, as commander gives them. */
export interface StudyOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly model?: string;
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

const SHORT_OPTIONS: readonly ShortOption<StudyOptions>[] = [
  { option: 'model', path: 'model.directory' },
  { option: 'devices', path: 'training.devices', numeric: true },
  { option: 'rounds', path: 'training.rounds', numeric: true },
  { option: 'seed', path: 'seed', numeric: true },
];

/** A plan, and what else there was among the settings. */
export interface ResolvedStudy {
  readonly plan: StudyPlan;
  /** Settings that only other commands use. */
  readonly unused: readonly string[];
  readonly layers: readonly SettingsLayer[];
}

/** Complete settings of a study without its sweeps, and where they are from. */
export interface ResolvedStudySettings extends Pick<ResolvedStudy, 'unused' | 'layers'> {
  readonly settings: StudySettings;
}

/**
 * The settings that every point of a study has before its sweeps.
 *
 * @throws ConfigError naming the setting that is unknown or out of range, and where it is from
 */
export async function resolveStudySettings(options: SettingOptions): Promise<ResolvedStudySettings> {
  const presets = (options.preset ?? []).map((name) => ({
    origin: `preset ${name}`,
    settings: findStudyPreset(name).settings,
  }));
  const layers = [...presets, ...(await givenLayers(options, RUN_SHORT_OPTIONS))];
  const subject = subjectIn(layers);
  const { used, unused } = splitSettings(mergeLayers(layers), studySchema, [runConfigSchema], subject);
  const settings = parseStudy(used, subject, await readModelSizes(used, [], 'grid'));
  return { settings, unused, layers };
}

/**
 * The plan that the options amount to: the preset, then the file, then short options, then `--set`, each over the ones
 * before. A sweep of a setting takes the place of the preset's sweep of it.
 *
 * @throws ConfigError naming the option that cannot be used
 */
export async function resolveStudy(options: StudyOptions): Promise<ResolvedStudy> {
  const preset = options.preset === undefined ? undefined : findStudyPreset(options.preset);
  const layers: readonly SettingsLayer[] = [
    ...(preset === undefined ? [] : [{ origin: `preset ${options.preset}`, settings: preset.settings }]),
    ...(await givenLayers(options, SHORT_OPTIONS)),
  ];
  const subject = subjectIn(layers);
  const { used, unused } = splitSettings(mergeLayers(layers), studySchema, [runConfigSchema], subject);
  const sweeps = sweepsOf(options, preset?.sweeps ?? []);
  const mode = sweepMode(options.sweepMode ?? preset?.sweepMode ?? 'grid');
  const models = await readModelSizes(used, sweeps, mode);
  // With sweeps the base need not be possible by itself: its points are checked one by one.
  if (sweeps.length === 0) parseStudy(used, subject, models);
  const plan: StudyPlan = {
    format: 'airtune-study',
    version: STUDY_VERSION,
    preset: options.preset ?? null,
    settings: used,
    models,
    sweeps: sweeps.map(({ path, values }) => ({ path, values: [...values] })),
    sweepMode: mode,
    repeats:
      options.repeat === undefined
        ? (preset?.repeats ?? 1)
        : atLeastOne('--repeat', wholeNumber('--repeat', options.repeat)),
    warmUpRounds:
      options.warmUp === undefined ? 1 : notNegative('--warm-up', wholeNumber('--warm-up', options.warmUp)),
    learning: await Promise.all((options.learning ?? []).map(readLearningCurve)),
  };
  return { plan, unused, layers };
}

/** More threads than any machine has processors for take memory and give nothing. */
const MOST_THREADS = 256;

/** Worker threads: as many as asked for, else one for each processor. */
export function threadCount(options: StudyOptions): number {
  if (options.threads === undefined) return availableParallelism();
  const threads = atLeastOne('--threads', wholeNumber('--threads', options.threads));
  if (threads <= MOST_THREADS) return threads;
  throw new ConfigError(`is ${threads}.`, {
    subject: '--threads',
    remedy: `Give at most ${MOST_THREADS}, or leave it out for one thread a processor.`,
  });
}

/** The options that say what a study is; `--threads` and the like only say how it is run. */
const PLAN_OPTIONS: readonly (readonly [keyof StudyOptions, string])[] = [
  ['preset', '--preset'],
  ['config', '--config'],
  ['set', '--set'],
  ['model', '--model'],
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
    const names = options.policy.split(',').map((name) => name.trim());
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

function notNegative(option: string, value: number): number {
  if (value >= 0) return value;
  throw new ConfigError(`is ${value}.`, { subject: option, remedy: 'Give 0 or more.' });
}

function atLeastOne(option: string, value: number): number {
  if (value >= 1) return value;
  throw new ConfigError(`is ${value}.`, { subject: option, remedy: 'Give at least 1.' });
}
