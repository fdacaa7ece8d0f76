import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import type { ExperimentPreset } from './experiment-preset.ts';
import { FIGURE_PRESETS } from './figures.ts';
import { PLANNING_PRESETS, type PlanningPreset } from './planning-figure.ts';

/** Presets of experiments, by name. */
export const EXPERIMENT_PRESETS: Readonly<Record<string, ExperimentPreset>> = FIGURE_PRESETS;

/**
 * The preset of an experiment of this name; undefined if there is none. The name may still be that of a
 * preset of a run.
 */
export function experimentPreset(name: string): ExperimentPreset | undefined {
  return Object.hasOwn(EXPERIMENT_PRESETS, name) ? EXPERIMENT_PRESETS[name] : undefined;
}

/** The preset of this name that times planning; undefined if there is none. */
export function planningPreset(name: string): PlanningPreset | undefined {
  return Object.hasOwn(PLANNING_PRESETS, name) ? PLANNING_PRESETS[name] : undefined;
}

/** The error for a name that is neither a preset of an experiment nor one of `others`. */
export function unknownPreset(name: string, others: readonly string[]): ConfigError {
  const names = [...Object.keys(EXPERIMENT_PRESETS), ...Object.keys(PLANNING_PRESETS), ...others];
  const nearest = nearestName(name, names);
  return new ConfigError(`there is no preset ${JSON.stringify(name)}.`, {
    subject: '--preset',
    remedy: nearest === undefined ? `Use one of ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}
