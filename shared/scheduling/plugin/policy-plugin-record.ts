import * as z from 'zod';
import { pluginRecordSchema } from '#shared/plugins/plugin-record.ts';
import { type FactName, isFactName } from '#shared/scheduling/context/round-context.ts';

/**
 * The policy plug-in of a run. It holds the facts that the plug-in needs, so that the device memory can be
 * updated without loading the plug-in.
 */
export const policyPluginRecordSchema = pluginRecordSchema.extend({
  needs: z.array(z.custom<FactName>(isFactName)).readonly(),
});

export type PolicyPluginRecord = z.output<typeof policyPluginRecordSchema>;
