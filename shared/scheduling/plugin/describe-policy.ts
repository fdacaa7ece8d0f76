import { PluginError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import type { PluginDescription } from '#shared/plugins/open-plugin.ts';
import type { PluginRecord } from '#shared/plugins/plugin-record.ts';
import { ALL_FACTS, type FactName, isFactName } from '#shared/scheduling/context/round-context.ts';
import { isPolicyName } from '#shared/scheduling/policies/registry.ts';
import type { PolicyPluginRecord } from './policy-plugin-record.ts';

/**
 * The record of an opened policy plug-in.
 *
 * @throws PluginError for a name of the registry, and for a fact that does not exist
 */
export function describePolicy(
  { name, fields }: PluginDescription,
  base: PluginRecord,
  subject: string,
): PolicyPluginRecord {
  if (isPolicyName(name)) {
    throw new PluginError(`has the name of a built-in policy, ${name}.`, {
      subject,
      remedy: 'Choose another one.',
    });
  }
  return { ...base, needs: needsIn(fields.needs, subject) };
}

function needsIn(needs: unknown, subject: string): readonly FactName[] {
  const list: readonly unknown[] = needs === undefined ? [] : Array.isArray(needs) ? needs : [needs];
  const wrong = list.find((name) => !isFactName(name));
  if (wrong === undefined) return list.filter(isFactName);
  const nearest = nearestName(String(wrong), ALL_FACTS);
  throw new PluginError(`needs ${JSON.stringify(wrong)}, which is no fact.`, {
    subject,
    remedy: nearest === undefined ? `Facts are ${ALL_FACTS.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}
