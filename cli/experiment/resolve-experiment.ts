import { noticesOf } from '#cli/print/notice.ts';
import {
  givenRunLayers,
  parseLayers,
  runLayers,
  type SettingOptions,
  withAbsoluteData,
} from '#cli/settings/run-settings.ts';
import type { SettingsLayer } from '#cli/settings/settings-layers.ts';
import type { Terminal } from '#cli/terminal.ts';
import { gridPoints, type RawPoint } from '#experiment/plan/make-points.ts';
import { parseSeeds } from '#experiment/plan/seeds.ts';
import { notesOf } from '#experiment/presets/experiment-preset.ts';
import { findModel, type ModelSource } from '#run/model/model-source.ts';
import { embeddedRunSchema } from '#run/settings/embedded-run-schema.ts';
import { type RunConfig, runConfigSchema } from '#shared/config/run-config.ts';
import { ConfigError } from '#shared/errors.ts';
import { EXPERIMENT_VERSION, type ExperimentPlan } from '#shared/protocol/experiment-result.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';
import { countPoints } from '#study/points/points.ts';
import { chosen, contendersOf, oneFolder, withDataFolder } from './compared-groups.ts';
import { type Basis, basisOf } from './experiment-basis.ts';
import { hostOf } from './experiment-host.ts';
import type { ExperimentOptions } from './experiment-options.ts';
import { sweepModeOf, sweepsOf } from './experiment-sweeps.ts';

/** Experiments with more runs require --yes. */
const MANY_RUNS = 1000;

/** An experiment's plan, and given settings that runs do not use. */
export interface ResolvedExperiment {
  readonly plan: ExperimentPlan;
  readonly unused: readonly string[];
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
  terminal: Terminal,
): Promise<ResolvedExperiment> {
  const host = hostOf(options, terminal);
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
  requireIntendedSize(perSeed * seeds.length, options.yes === true);
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
    const source = await modelOf(settings.model, models, terminal);
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
      notes: [...notesOf(basis, presetVariants)],
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

/** The options that set settings, except the options that a plan treats differently. */
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
  terminal: Terminal,
): Promise<ModelSource> {
  if (hub !== undefined) return { directory, hub };
  const known = found.get(directory) ?? (await findModel(directory, terminal.env, noticesOf(terminal)));
  found.set(directory, known);
  return known;
}

function requireIntendedSize(runs: number, yes: boolean): void {
  if (runs <= MANY_RUNS || yes) return;
  throw new ConfigError(`the plan makes ${runs.toLocaleString('en')} runs.`, {
    subject: 'sweeps',
    remedy: 'Give fewer values or seeds, or --yes to do them all.',
  });
}
