import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { FactSettings } from '#shared/scheduling/context/run-facts.ts';

/** The settings of a run that determine the facts of its devices. */
export function factSettings({ config, plugins }: Pick<RunRecord, 'config' | 'plugins'>): FactSettings {
  const { seed, device, scheduling, training } = config;
  return { seed, devices: training.devices, device, scheduling, policyPlugin: plugins.policy };
}
