import * as z from 'zod';
import { pluginReference } from './plugin-reference-schema.ts';

/** A plug-in's own settings: plain JSON. */
export const pluginSettings = z.record(z.string(), z.json());
export type PluginSettings = z.output<typeof pluginSettings>;

/** The plug-in of a run, as all hosts must have it. */
export const pluginRecordSchema = z.strictObject({
  /** Where the plug-in was when the run was started. */
  reference: pluginReference,
  /** Its own name, for reports. */
  name: z.string().min(1).max(100),
  /** Hash of its files. A host with other files refuses the run. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Its settings, complete. */
  settings: pluginSettings,
});

export type PluginRecord = z.output<typeof pluginRecordSchema>;
