import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import type { ExperimentPreset } from './experiment-preset.ts';
import { FIGURE_PRESETS } from './figures.ts';

/** Presets of experiments, by name. */
export const EXPERIMENT_PRESETS: Readonly<Record<string, ExperimentPreset>> = FIGURE_PRESETS;

/** The preset of this name; undefined if it names none, and may name a preset of a run. */
export function experimentPreset(name: string): ExperimentPreset | undefined {
  return Object.hasOwn(EXPERIMENT_PRESETS, name) ? EXPERIMENT_PRESETS[name] : undefined;
}

/** The error for a name that is neither a preset of an experiment nor one of `others`. */
export function unknownPreset(name: string, others: readonly string[]): ConfigError {
  const names = [...Object.keys(EXPERIMENT_PRESETS), ...others];
  const nearest = nearestName(name, names);
  return new ConfigError(`there is no preset ${JSON.stringify(name)}.`, {
    subject: '--preset',
    remedy: nearest === undefined ? `Use one of ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}
