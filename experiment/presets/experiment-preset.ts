import type { NamedSettings } from '#experiment/plan/make-points.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import type { Sweep } from '#study/points/sweep.ts';

/** A variant of a preset. */
export interface PresetVariant extends NamedSettings {
  /** Its folder below `--data`; undefined if the settings name the data, or if `--data` is that folder. */
  readonly dataFolder?: string;
  /** What holds for this variant only, as the notes of the form. */
  readonly notes?: readonly string[];
}

/** One form of a preset: the full one, or the quick one. */
export interface PresetForm {
  /** Presets of a run that the settings start from. */
  readonly presets: readonly string[];
  readonly settings: RawSettings;
  readonly variants: readonly PresetVariant[];
  readonly contenders: readonly NamedSettings[];
  readonly sweeps: readonly Sweep[];
  readonly seeds: readonly number[];
  /** Whether `--model` and `--data` must be given. */
  readonly needsModelAndData: boolean;
  /** The substitutes for the paper's models and data, and the assumed numbers. */
  readonly notes: readonly string[];
}

/** The notes of a form and of those of its variants that are used. */
export function notesOf(
  form: Pick<PresetForm, 'notes'>,
  variants: readonly PresetVariant[],
): readonly string[] {
  return [...form.notes, ...variants.flatMap(({ notes = [] }) => notes)];
}

/** A named experiment. */
export interface ExperimentPreset {
  readonly title: string;
  /** One or two sentences for `--help`. */
  readonly description: string;
  readonly full: PresetForm;
  /** On the quick start's model and data: minutes on two cores. */
  readonly quick: PresetForm;
}
