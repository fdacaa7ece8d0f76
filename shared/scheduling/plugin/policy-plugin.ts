import type { HostedPlugin } from '#shared/plugins/plugin-host.ts';
import type { PolicyPluginRecord } from './policy-plugin-record.ts';

/** A policy plug-in that a host has opened. Its arguments: round, settings, state of the round before. */
export type PolicyPlugin = HostedPlugin<PolicyPluginRecord>;
