import { dirname } from 'node:path';
import { anchorPlugins } from '#cli/settings/anchored-plugins.ts';
import { readSettingsFile } from '#cli/settings/read-settings.ts';
import type { NamedSettings } from '#experiment/plan/make-points.ts';
import { type PlanFile, parsePlanFile } from '#experiment/plan/plan-file.ts';
import type { ExperimentPreset, PresetForm } from '#experiment/presets/experiment-preset.ts';
import { experimentPreset, unknownPreset } from '#experiment/presets/registry.ts';
import { PRESETS } from '#run/settings/presets.ts';
import { ConfigError } from '#shared/errors.ts';
import type { ExperimentOptions } from './experiment-options.ts';
import { anchoredSweep } from './experiment-sweeps.ts';

/** The basis of an experiment: a preset or a plan file. */
export interface Basis extends Omit<PresetForm, 'seeds' | 'needsModelAndData'> {
  readonly name: string | null;
  readonly title: string | undefined;
  readonly sweepMode: 'grid' | 'list' | undefined;
  readonly seeds: readonly number[] | undefined;
  /** Origin of its settings in error messages. */
  readonly origin: string;
}

/** The basis that the command line names: a preset of an experiment, a plan file, or settings alone. */
export async function basisOf(planPath: string | undefined, options: ExperimentOptions): Promise<Basis> {
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
