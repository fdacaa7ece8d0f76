import type { HostedPlugin } from '#shared/plugins/plugin-host.ts';
import type { PolicyPluginRecord } from './policy-plugin-record.ts';

/** A policy plug-in that a host has opened. A call has a round, settings, and the state of the round before. */
export type PolicyPlugin = HostedPlugin<PolicyPluginRecord>;
