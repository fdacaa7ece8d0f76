import type * as z from 'zod';
import { kindsIn, mergeSettings, type RawSettings } from '#shared/config/merge-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { embeddedRunSchema } from './embedded-run-schema.ts';
import { findPreset } from './presets.ts';

/** All settings of a run on the embedded host, checked and completed with the defaults. */
export type EmbeddedRunConfig = z.output<typeof embeddedRunSchema>;

const NOWHERE = { directory: 'nowhere' };

/**
 * Default kinds of groups of settings. With them, one setting of a group can be given without the group's
 * kind.
 */
export const DEFAULT_KINDS: RawSettings = kindsIn(runConfigSchema.parse({ model: NOWHERE, data: NOWHERE }));

/**
 * Checks the settings of a run on the embedded host. They override the presets. If they name no model, data
 * or preset, the quick start's settings are the base.
 *
 * @throws ConfigError naming the setting that is unknown or out of range.
 */
export function parseEmbeddedRun(settings: RawSettings, presets: readonly string[] = []): EmbeddedRunConfig {
  const named = 'model' in settings || 'data' in settings || presets.length > 0;
  const base = (named ? presets : ['quickstart']).map((name) => findPreset(name).settings);
  const merged = [...base, settings].reduce(mergeSettings, DEFAULT_KINDS);
  return parseStrict(embeddedRunSchema, merged, 'settings');
}
