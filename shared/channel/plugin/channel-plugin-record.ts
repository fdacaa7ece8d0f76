import * as z from 'zod';
import { pluginRecordSchema } from '#shared/plugins/plugin-record.ts';

/** The channel plug-in of a run. */
export const channelPluginRecordSchema = pluginRecordSchema.extend({
  /** Whether a round's gains tell of those of the next rounds. */
  memory: z.boolean(),
});

export type ChannelPluginRecord = z.output<typeof channelPluginRecordSchema>;
