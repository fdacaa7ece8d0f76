import { availableParallelism } from 'node:os';
import { wholeNumber } from '#cli/options/whole-number.ts';
import { anchoredValue } from '#cli/settings/anchored-plugins.ts';
import { givenRunLayers, type SettingOptions } from '#cli/settings/run-settings.ts';
import {
  givenLayers,
  mergeLayers,
  type SettingsLayer,
  type ShortOption,
  subjectIn,
} from '#cli/settings/settings-layers.ts';
import type { Terminal } from '#cli/terminal.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { MOST_ROUNDS } from '#shared/config/training-settings.ts';
import { splitSettings } from '#shared/config/unused-settings.ts';
import { ConfigError } from '#shared/errors.ts';
import type { RoundList } from '#shared/protocol/round-list.ts';
import {
  MOST_REPEATS,
  STUDY_VERSION,
  type StudyPlan,
  USUAL_WARM_UP_ROUNDS,
} from '#study/output/study-plan.ts';
import { rawPoints, type SweepMode } from '#study/points/points.ts';
import { parseSweep, type Sweep, sweepOf } from '#study/points/sweep.ts';
import { findStudyPreset } from '#study/presets.ts';
import type { ModelSizes } from '#study/settings/model-sizes.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { type StudySettings, studySchema } from '#study/settings/study-schema.ts';
import { readLearningCurve } from './read-learning-curve.ts';
import { readModelSizes } from './read-model-sizes.ts';

/** Options of `airtune study`, as commander returns them. */
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
  readonly traceRounds?: RoundList;
}

const SHORT_OPTIONS: readonly ShortOption<StudyOptions>[] = [
  { option: 'model', path: 'model.directory' },
  { option: 'devices', path: 'training.devices', numeric: true },
  { option: 'rounds', path: 'training.rounds', numeric: true },
  { option: 'seed', path: 'seed', numeric: true },
];

/** A study plan, the layers of its settings, and unused settings. */
export interface ResolvedStudy {
  readonly plan: StudyPlan;
  /** Given settings that only other commands use. */
  readonly unused: readonly string[];
  readonly layers: readonly SettingsLayer[];
}

/** Complete settings of a study without its sweeps, and their origins. */
export interface ResolvedStudySettings extends Pick<ResolvedStudy, 'unused' | 'layers'> {
  readonly settings: StudySettings;
}

/**
 * Resolves a study's settings before sweeps are applied; all points share them.
 *
 * @throws ConfigError naming the setting that is unknown or out of range, and its origin.
 */
export async function resolveStudySettings(
  options: SettingOptions,
  terminal: Terminal,
): Promise<ResolvedStudySettings> {
  const presets = (options.preset ?? []).map((name) => ({
    origin: `preset ${name}`,
    settings: findStudyPreset(name).settings,
  }));
  const layers = [...presets, ...(await givenRunLayers(options))];
  const subject = subjectIn(layers);
  const { used, unused } = splitSettings(mergeLayers(layers), studySchema, [runConfigSchema], subject);
  const settings = parseStudy(used, subject, await readModelSizes(used, [], 'grid', terminal));
  return { settings, unused, layers };
}

/**
 * Resolves the study plan. Layers, lowest first: preset, settings file, short options, `--set`. A sweep of a
 * setting replaces the preset's sweep of the same setting.
 *
 * @throws ConfigError naming the option that cannot be used.
 */
export async function resolveStudy(options: StudyOptions, terminal: Terminal): Promise<ResolvedStudy> {
  const preset = options.preset === undefined ? undefined : findStudyPreset(options.preset);
  const layers: readonly SettingsLayer[] = [
    ...(preset === undefined ? [] : [{ origin: `preset ${options.preset}`, settings: preset.settings }]),
    ...(await givenLayers(options, SHORT_OPTIONS)),
  ];
  const subject = subjectIn(layers);
  const { used, unused } = splitSettings(mergeLayers(layers), studySchema, [runConfigSchema], subject);
  const sweeps = sweepsOf(options, preset?.sweeps ?? []);
  const mode = sweepMode(options.sweepMode ?? preset?.sweepMode ?? 'grid');
  const models = await readModelSizes(used, sweeps, mode, terminal);
  // With sweeps, the base settings alone need not be valid: each point is checked separately.
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
        : wholeNumber('--repeat', options.repeat, 1, MOST_REPEATS),
    warmUpRounds:
      options.warmUp === undefined
        ? USUAL_WARM_UP_ROUNDS
        : wholeNumber('--warm-up', options.warmUp, 0, MOST_ROUNDS),
    learning: await learningOf(options, used, sweeps, mode, models),
  };
  return { plan, unused, layers };
}

/** The learning curves of the runs that `--learning` names. */
async function learningOf(
  { learning = [] }: StudyOptions,
  used: RawSettings,
  sweeps: readonly Sweep[],
  mode: SweepMode,
  models: ModelSizes,
): Promise<StudyPlan['learning']> {
  if (learning.length === 0) return [];
  const [first] = rawPoints(used, sweeps, mode);
  const study = parseStudy(first.settings, 'settings', models);
  const swept = sweeps.map(({ path }) => path);
  return Promise.all(learning.map((directory) => readLearningCurve(directory, study, swept)));
}

/** Most worker threads. More threads than processors take memory without making a study faster. */
const MOST_THREADS = 256;

/** Number of worker threads: the requested number, else one for each processor. */
export function threadCount(options: StudyOptions): number {
  if (options.threads === undefined) return availableParallelism();
  return wholeNumber('--threads', options.threads, 1, MOST_THREADS);
}

/** Options that define a study; others, as `--threads`, only define how it is executed. */
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
 * Refuses options that another option leaves without effect. For example, a resumed study keeps its settings.
 *
 * @param beside The option that leaves others without effect.
 * @param used Options that do have an effect with `beside`.
 * @throws ConfigError naming the option.
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
  const own = (options.sweep ?? []).map(parseSweep).map(anchoredSweep);
  if (options.policy !== undefined) {
    const names = options.policy.split(',').map((name) => name.trim());
    own.unshift(anchoredSweep(sweepOf('scheduling.policy', names)));
  }
  const paths = new Set(own.map(({ path }) => path));
  return [...preset.filter(({ path }) => !paths.has(path)), ...own];
}

/** A sweep in which relative paths of plug-ins are absolute. */
function anchoredSweep({ path, values }: Sweep): Sweep {
  return sweepOf(
    path,
    values.map((value) => anchoredValue(path, value, '.')),
  );
}

function sweepMode(text: string): 'grid' | 'list' {
  if (text === 'grid' || text === 'list') return text;
  throw new ConfigError(`is ${JSON.stringify(text)}.`, {
    subject: '--sweep-mode',
    remedy: 'Use grid or list.',
  });
}
