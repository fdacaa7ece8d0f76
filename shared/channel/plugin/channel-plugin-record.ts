import * as z from 'zod';
import { pluginRecordSchema } from '#shared/plugins/plugin-record.ts';

/** The channel plug-in of a run. */
export const channelPluginRecordSchema = pluginRecordSchema.extend({
  /** Whether the gains of successive rounds are correlated. */
  memory: z.boolean(),
});

export type ChannelPluginRecord = z.output<typeof channelPluginRecordSchema>;
