import type { PluginContract } from './plugin-contract.ts';
import type { PluginRecord } from './plugin-record.ts';

/** The remedy for a plug-in that a deployment lacks; none for a kind that is never deployed. */
export function deployRemedy<Record extends PluginRecord>(
  { deployedBy }: PluginContract<Record>,
  { reference }: PluginRecord,
): { readonly remedy?: string } {
  return deployedBy === undefined
    ? {}
    : { remedy: `Deploy it: npx cdk deploy --all -c ${deployedBy}=${reference}` };
}
