import type { PolicyPluginRecord } from './policy-plugin-record.ts';

/** A policy plug-in that a host has opened. */
export interface PolicyPlugin {
  readonly record: PolicyPluginRecord;
  /** The plug-in in errors, such as `policy mine.ts`. */
  readonly subject: string;
  /**
   * Plans a round.
   *
   * @param args the round, the settings and the state of the round before, as plain data
   * @returns what the plug-in returned, not checked
   * @throws PluginError naming plug-in and round
   */
  plan(args: readonly unknown[], place: string): Promise<unknown>;
}

/** The policy plug-ins of a host. */
export interface PolicyPlugins {
  /**
   * The plug-in of a run.
   *
   * @param timeoutSeconds time limit of loading it and of each round [s]
   * @throws PluginError if this host has no such plug-in, or other files
   */
  open(record: PolicyPluginRecord, timeoutSeconds: number): Promise<PolicyPlugin>;
}
