import { dirname, join } from 'node:path';
import { wholeNumber } from '#cli/options/whole-number.ts';
import { printNotice } from '#cli/print/notice.ts';
import { anchoredValue, anchorPlugins } from '#cli/settings/anchored-plugins.ts';
import { readSettingsFile } from '#cli/settings/read-settings.ts';
import {
  givenRunLayers,
  parseLayers,
  runLayers,
  type SettingOptions,
  withAbsoluteData,
} from '#cli/settings/run-settings.ts';
import type { SettingsLayer } from '#cli/settings/settings-layers.ts';
import { gridPoints, type NamedSettings, type RawPoint } from '#experiment/plan/make-points.ts';
import { type PlanFile, parsePlanFile } from '#experiment/plan/plan-file.ts';
import { parseSeeds } from '#experiment/plan/seeds.ts';
import type { ExperimentPreset, PresetForm, PresetVariant } from '#experiment/presets/experiment-preset.ts';
import { experimentPreset, unknownPreset } from '#experiment/presets/registry.ts';
import { endpointAddress } from '#run/hosts/endpoint-address.ts';
import { findModel, type ModelSource } from '#run/model/model-source.ts';
import { embeddedRunSchema } from '#run/settings/embedded-run-schema.ts';
import { PRESETS } from '#run/settings/presets.ts';
import { mergeSettings, settingsAt } from '#shared/config/merge-settings.ts';
import { type RunConfig, runConfigSchema } from '#shared/config/run-config.ts';
import { ConfigError } from '#shared/errors.ts';
import {
  EXPERIMENT_VERSION,
  type ExperimentHost,
  type ExperimentPlan,
} from '#shared/protocol/experiment-result.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';
import { countPoints } from '#study/points/points.ts';
import { parseSweep, type Sweep, sweepOf } from '#study/points/sweep.ts';

/** Options of `airtune experiment`, as commander returns them. */
export interface ExperimentOptions extends SettingOptions {
  readonly quick?: boolean;
  readonly sweep?: readonly string[];
  readonly sweepMode?: string;
  readonly variants?: string;
  readonly contenders?: string;
  readonly seeds?: string;
  readonly jobs?: string;
  readonly target: string;
  readonly endpoint?: string;
  readonly deployment?: string;
  readonly region?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly continueRuns?: boolean;
  readonly yes?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Most jobs. */
const MOST_JOBS = 256;
/** Experiments with more runs require --yes. */
const MANY_RUNS = 1000;

/** An experiment's plan, and given settings that runs do not use. */
export interface ResolvedExperiment {
  readonly plan: ExperimentPlan;
  readonly unused: readonly string[];
}

/** A preset or a plan file: what an experiment starts from. */
interface Basis extends Omit<PresetForm, 'seeds' | 'needsModelAndData'> {
  readonly name: string | null;
  readonly title: string | undefined;
  readonly sweepMode: 'grid' | 'list' | undefined;
  readonly seeds: readonly number[] | undefined;
  /** Origin of its settings in error messages. */
  readonly origin: string;
}

/**
 * Resolves the plan of an experiment: every point's complete settings, all checked before the first run.
 * Layers, lowest first: presets of a run, settings of the preset or plan file, its variant, its contender,
 * `--config`, short options, `--set`, sweeps.
 *
 * @throws ConfigError naming the option, or the point and the setting that is wrong
 */
export async function resolveExperiment(
  planPath: string | undefined,
  options: ExperimentOptions,
): Promise<ResolvedExperiment> {
  const host = hostOf(options);
  const basis = await basisOf(planPath, options);
  const presetVariants = chosen(basis.variants, options.variants, '--variants');
  const hasDataFolders = presetVariants.some(({ dataFolder }) => dataFolder !== undefined);
  const dataFolders = hasDataFolders ? oneFolder(options.data) : undefined;
  const variants = presetVariants.map((variant) => withDataFolder(variant, dataFolders));
  const contenders = contendersOf(basis, options);
  const sweeps = sweepsOf(basis.sweeps, options);
  const sweepMode = sweepModeOf(options.sweepMode ?? basis.sweepMode ?? 'grid');
  const seeds = seedsOf(options) ?? basis.seeds ?? [1];
  const perSeed =
    Math.max(1, variants.length) * Math.max(1, contenders.length) * countPoints(sweeps, sweepMode);
  requireMeantSize(perSeed * seeds.length, options.yes === true);
  const given = await givenRunLayers(settingOptionsOf(options, hasDataFolders));
  const models = new Map<string, ModelSource>();
  const unused = new Set<string>();
  const points: ExperimentPlan['points'] = [];
  for (const raw of gridPoints({ variants, contenders, sweeps, sweepMode })) {
    const layers = layersOf(basis, raw, given);
    const resolved = inPoint(raw, () =>
      parseLayers(layers, host.target === 'embedded' ? embeddedRunSchema : runConfigSchema),
    );
    for (const path of resolved.unused) unused.add(path);
    const settings = withAbsoluteData(resolved.parsed);
    const source = await modelOf(settings.model, models);
    const { name, variant, contender, varied } = raw;
    const { seed: _, ...complete } = { ...settings, model: { ...settings.model, ...source } };
    points.push({ name, variant, contender, varied, settings: complete });
  }
  return {
    plan: {
      format: 'airtune-experiment-plan',
      version: EXPERIMENT_VERSION,
      airtune: AIRTUNE_VERSION,
      title: basis.title ?? 'Experiment',
      preset: basis.name,
      notes: [...basis.notes],
      host,
      seeds: [...seeds],
      points,
    },
    unused: [...unused],
  };
}

function seedsOf({ seed, seeds }: ExperimentOptions): readonly number[] | undefined {
  if (seeds !== undefined) return parseSeeds(seeds, '--seeds');
  return seed === undefined ? undefined : parseSeeds(seed, '--seed');
}

/** The number of jobs that the user asked for. */
export function wishedJobs({ jobs }: ExperimentOptions): number | undefined {
  return jobs === undefined ? undefined : wholeNumber('--jobs', jobs, 1, MOST_JOBS);
}

async function basisOf(planPath: string | undefined, options: ExperimentOptions): Promise<Basis> {
  const named = (options.preset ?? []).map((name) => ({ name, preset: experimentPreset(name) }));
  const [own, ...others] = named.filter(({ preset }) => preset !== undefined);
  const runPresets = named.filter(({ preset }) => preset === undefined).map(({ name }) => name);
  const unknown = runPresets.find((name) => !Object.hasOwn(PRESETS, name));
  if (unknown !== undefined) throw unknownPreset(unknown, Object.keys(PRESETS));
  if (others.length > 0 || (own !== undefined && planPath !== undefined)) {
    throw new ConfigError('is a second experiment.', {
      subject: planPath ?? `--preset ${others[0].name}`,
      remedy: 'Name one preset of an experiment, or one plan.',
    });
  }
  if (own?.preset !== undefined) return presetBasis(own.name, own.preset, runPresets, options);
  if (options.quick) {
    throw new ConfigError('has no effect without a preset of an experiment.', {
      subject: '--quick',
      remedy: 'Name one with --preset, such as figure-3.',
    });
  }
  const file = planPath === undefined ? undefined : await readPlan(planPath);
  return {
    name: null,
    title: file?.title,
    presets: [...(file?.presets ?? []), ...runPresets],
    settings: file?.settings ?? {},
    variants: file?.variants ?? [],
    contenders: file?.contenders ?? [],
    sweeps: file?.sweeps ?? [],
    sweepMode: file?.sweepMode,
    seeds: file?.seeds,
    notes: [],
    origin: planPath ?? 'settings',
  };
}

function presetBasis(
  name: string,
  preset: ExperimentPreset,
  runPresets: readonly string[],
  options: ExperimentOptions,
): Basis {
  const { needsModelAndData, ...form } = options.quick ? preset.quick : preset.full;
  const missing = (['model', 'data'] as const).find((option) => options[option] === undefined);
  if (needsModelAndData && missing !== undefined) {
    throw new ConfigError(`needs --${missing}.`, {
      subject: `--preset ${name}`,
      remedy: `${preset.description} Or add --quick, which needs neither.`,
    });
  }
  return {
    ...form,
    name: options.quick ? `${name} --quick` : name,
    title: preset.title,
    presets: [...form.presets, ...runPresets],
    sweepMode: undefined,
    origin: `preset ${name}`,
  };
}

/** Reads a plan file. Relative paths of plug-ins in it start at its folder. */
async function readPlan(path: string): Promise<PlanFile> {
  const plan = parsePlanFile(await readSettingsFile(path), path);
  const folder = dirname(path);
  const anchored = ({ name, settings }: NamedSettings): NamedSettings => ({
    name,
    settings: anchorPlugins(settings, folder),
  });
  return {
    ...plan,
    settings: anchorPlugins(plan.settings, folder),
    variants: plan.variants.map(anchored),
    contenders: plan.contenders.map(anchored),
    sweeps: plan.sweeps.map((sweep) => anchoredSweep(sweep, folder)),
  };
}

/** The named groups that an option selects; all of them where it is left out. */
function chosen<N extends NamedSettings>(
  groups: readonly N[],
  wanted: string | undefined,
  option: string,
): readonly N[] {
  const names = wanted?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined) {
    throw new ConfigError(`there is no ${JSON.stringify(unknown)}.`, {
      subject: option,
      remedy:
        groups.length === 0
          ? 'Leave it out: this experiment has none.'
          : `Use some of ${groups.map(({ name }) => name).join(', ')}.`,
    });
  }
  return names === undefined ? groups : groups.filter(({ name }) => names.includes(name));
}

/** The contenders that `--contenders` selects. @throws ConfigError if `--policy` would override them */
function contendersOf({ contenders }: Basis, options: ExperimentOptions): readonly NamedSettings[] {
  if (contenders.length > 0 && options.policy !== undefined) {
    throw new ConfigError('would replace the policies of the contenders.', {
      subject: '--policy',
      remedy: `Select some with --contenders: ${contenders.map(({ name }) => name).join(', ')}.`,
    });
  }
  return chosen(contenders, options.contenders, '--contenders');
}

/** A variant whose data is in a folder of its own below `--data`. */
/** `--data` of a preset whose variants have a data set each: the folder with those of all. */
function oneFolder(data: ExperimentOptions['data']): string | undefined {
  const [folder, ...others] = [data ?? []].flat();
  if (others.length === 0) return folder;
  throw new ConfigError('takes one folder, with a folder of each data set in it.', { subject: '--data' });
}

function withDataFolder(
  { name, settings, dataFolder }: PresetVariant,
  data: string | undefined,
): NamedSettings {
  if (dataFolder === undefined || data === undefined) return { name, settings };
  const folder = settingsAt('data.directory', join(data, dataFolder));
  return { name, settings: mergeSettings(settings, folder) };
}

/** The options that stand for settings, without those that a plan treats in its own way. */
function settingOptionsOf(options: ExperimentOptions, hasDataFolders: boolean): SettingOptions {
  const { config, set, model, data, task, devices, rounds, batchSize, policy, engine } = options;
  const { loraRank, loraTargets } = options;
  const { testData, textColumn, textPairColumn, labelColumn, scoreColumn } = options;
  const { splitColumn, deviceColumn } = options;
  const all = { config, set, model, task, devices, rounds, batchSize, loraRank, loraTargets, engine };
  const others = {
    ...{ textColumn, textPairColumn, labelColumn, scoreColumn, splitColumn, deviceColumn },
    ...(hasDataFolders ? {} : { data, testData }),
    ...(policy?.includes(',') ? {} : { policy }),
  };
  return Object.fromEntries(Object.entries({ ...all, ...others }).filter(([, value]) => value !== undefined));
}

function layersOf(
  { presets, settings, origin }: Basis,
  { variant, contender, ...point }: RawPoint,
  given: readonly SettingsLayer[],
): readonly SettingsLayer[] {
  return runLayers(presets, [
    { origin, settings },
    { origin: `variant ${variant}`, settings: point.variantSettings },
    { origin: `contender ${contender}`, settings: point.contenderSettings },
    ...given,
    { origin: '--sweep', settings: point.sweptSettings },
  ]);
}

/** Does something for a point; an error about settings names the point. */
function inPoint<T>({ name }: RawPoint, task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message, subject, remedy, cause } = error;
    throw new ConfigError(message, {
      subject: subject === undefined ? `point ${name}` : `point ${name}, ${subject}`,
      ...(remedy === undefined ? {} : { remedy }),
      cause,
    });
  }
}

/** Finds a model once for all points that name it, so that it is fetched once. */
async function modelOf(
  { directory, hub }: RunConfig['model'],
  found: Map<string, ModelSource>,
): Promise<ModelSource> {
  if (hub !== undefined) return { directory, hub };
  const known = found.get(directory) ?? (await findModel(directory, process.env, printNotice));
  found.set(directory, known);
  return known;
}

function sweepsOf(basis: readonly Sweep[], { sweep, policy }: ExperimentOptions): readonly Sweep[] {
  const own = (sweep ?? []).map(parseSweep).map((one) => anchoredSweep(one, '.'));
  if (policy?.includes(',')) {
    const names = policy.split(',').map((name) => name.trim());
    own.unshift(anchoredSweep(sweepOf('scheduling.policy', names), '.'));
  }
  const paths = new Set(own.map(({ path }) => path));
  return [...basis.filter(({ path }) => !paths.has(path)), ...own];
}

/** A sweep in which relative paths of plug-ins are absolute. */
function anchoredSweep({ path, values }: Sweep, directory: string): Sweep {
  return sweepOf(
    path,
    values.map((value) => anchoredValue(path, value, directory)),
  );
}

function sweepModeOf(text: string): 'grid' | 'list' {
  if (text === 'grid' || text === 'list') return text;
  throw new ConfigError(`is ${JSON.stringify(text)}.`, {
    subject: '--sweep-mode',
    remedy: 'Use grid or list.',
  });
}

/** The host of all runs, as `airtune run` is told. */
function hostOf({ target, endpoint, deployment, region }: ExperimentOptions): ExperimentHost {
  if (target !== 'embedded' && target !== 'aws') {
    throw new ConfigError(`${JSON.stringify(target)} is not a known target.`, {
      subject: '--target',
      remedy: 'Use embedded or aws.',
    });
  }
  const idle = target === 'embedded' ? Object.entries({ endpoint, deployment, region }) : [];
  const given = idle.find(([, value]) => value !== undefined);
  if (given !== undefined) {
    throw new ConfigError('has no effect without --target aws.', {
      subject: `--${given[0]}`,
      remedy: 'Leave it out.',
    });
  }
  return {
    target,
    ...(endpoint === undefined ? {} : { endpoint: endpointAddress(endpoint, '--endpoint', printNotice) }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(region === undefined ? {} : { region }),
  };
}

function requireMeantSize(runs: number, yes: boolean): void {
  if (runs <= MANY_RUNS || yes) return;
  throw new ConfigError(`the plan makes ${runs.toLocaleString('en')} runs.`, {
    subject: 'sweeps',
    remedy: 'Give fewer values or seeds, or --yes to do them all.',
  });
}
