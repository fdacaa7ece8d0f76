import * as z from 'zod';
import { channelPluginRecordSchema } from '#shared/channel/plugin/channel-plugin-record.ts';
import { pluginRecordSchema } from '#shared/plugins/plugin-record.ts';
import { policyPluginRecordSchema } from '#shared/scheduling/plugin/policy-plugin-record.ts';

/** The plug-ins of a run, by kind; each is left out where the run uses none. */
export const runPluginsSchema = z.strictObject({
  policy: policyPluginRecordSchema.optional(),
  channel: channelPluginRecordSchema.optional(),
  optimizer: pluginRecordSchema.optional(),
  reader: pluginRecordSchema.optional(),
});

export type RunPlugins = z.output<typeof runPluginsSchema>;
