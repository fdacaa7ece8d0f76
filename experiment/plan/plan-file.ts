import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { requireSettingNames } from '#shared/config/setting-names.ts';
import { type Sweep, sweepOf } from '#study/points/sweep.ts';
import type { NamedSettings } from './make-points.ts';
import { parseSeeds, requireSeeds } from './seeds.ts';

const settings = z.record(z.string(), z.unknown());
const named = z.record(z.string().min(1).max(60), settings);

/** A plan as a person writes it, in YAML or JSON. */
const planFileSchema = z.strictObject({
  title: z.string().min(1).max(120).optional(),
  /** Presets of a run, as `--preset` names them. */
  preset: z.union([z.string(), z.array(z.string())]).optional(),
  settings: settings.optional(),
  variants: named.optional(),
  contenders: named.optional(),
  /** Values by the path of a setting. */
  sweep: z.record(z.string().min(1), z.array(z.unknown())).optional(),
  sweepMode: z.enum(['grid', 'list']).optional(),
  seeds: z.union([z.string(), z.int().nonnegative(), z.array(z.int().nonnegative())]).optional(),
});

/** The contents of a plan file; parts that it leaves out are undefined or empty. */
export interface PlanFile {
  readonly title: string | undefined;
  readonly presets: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly variants: readonly NamedSettings[];
  readonly contenders: readonly NamedSettings[];
  readonly sweeps: readonly Sweep[];
  readonly sweepMode: 'grid' | 'list' | undefined;
  readonly seeds: readonly number[] | undefined;
}

/**
 * Reads the parsed content of a plan file.
 *
 * @throws ConfigError naming the file and the part that is wrong
 */
export function parsePlanFile(value: unknown, path: string): PlanFile {
  const plan = parseStrict(planFileSchema, value, path);
  for (const part of [plan.settings, plan.variants, plan.contenders]) requireSettingNames(part ?? {}, path);
  const { preset = [], seeds } = plan;
  return {
    title: plan.title,
    presets: typeof preset === 'string' ? [preset] : preset,
    settings: plan.settings ?? {},
    variants: namedSettings(plan.variants),
    contenders: namedSettings(plan.contenders),
    sweeps: Object.entries(plan.sweep ?? {}).map(([setting, values]) => sweepOf(setting, values)),
    sweepMode: plan.sweepMode,
    seeds: seeds === undefined ? undefined : seedList(seeds, `${path}: seeds`),
  };
}

function namedSettings(groups: Readonly<Record<string, NamedSettings['settings']>> = {}) {
  return Object.entries(groups).map(([name, group]) => ({ name, settings: group }));
}

function seedList(seeds: string | number | readonly number[], subject: string): readonly number[] {
  if (typeof seeds === 'string') return parseSeeds(seeds, subject);
  return requireSeeds(typeof seeds === 'number' ? [seeds] : seeds, subject);
}
