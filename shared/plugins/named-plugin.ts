import * as z from 'zod';
import type { PluginSettings } from './plugin-record.ts';
import type { PluginReference } from './plugin-reference.ts';

/** A plug-in as settings name it. */
export interface NamedPlugin {
  readonly reference: PluginReference;
  /** Its settings as given; empty if there are none. */
  readonly settings: PluginSettings;
  /** Time limit of a call [s]. */
  readonly timeoutSeconds: number;
}

/** Time limit of a call where settings do not say [s]. */
export const DEFAULT_TIMEOUT_SECONDS = 60;

/** Schema of the time limit of a kind of plug-in. [s] */
export const timeoutSetting = z.number().positive().max(86_400);

/** A plug-in with the settings beside its name; undefined if no plug-in is named. */
export function namedPlugin(
  reference: PluginReference | undefined,
  settings: PluginSettings | undefined,
  timeoutSeconds: number | undefined,
): NamedPlugin | undefined {
  if (reference === undefined) return undefined;
  return { reference, settings: settings ?? {}, timeoutSeconds: timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS };
}
