import * as z from 'zod';
import { pluginRecordSchema } from '#shared/plugins/plugin-record.ts';
import { type FactName, isFactName } from '#shared/scheduling/context/round-context.ts';

/**
 * The policy plug-in of a run, with the facts that it needs: the device memory is kept without loading it.
 */
export const policyPluginRecordSchema = pluginRecordSchema.extend({
  needs: z.array(z.custom<FactName>(isFactName)).readonly(),
});

export type PolicyPluginRecord = z.output<typeof policyPluginRecordSchema>;
