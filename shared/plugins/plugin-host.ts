import type { PluginContract } from './plugin-contract.ts';
import type { PluginRecord } from './plugin-record.ts';

/** The plug-in of a run, open on a host. */
export interface HostedPlugin<Record extends PluginRecord = PluginRecord> {
  readonly record: Record;
  /** The plug-in in errors, such as `policy mine.ts`. */
  readonly subject: string;
  /**
   * Calls the plug-in's function.
   *
   * @param args plain data
   * @param place where the call belongs, for errors, such as `round 4`
   * @returns the plug-in's result, not checked
   * @throws PluginError naming plug-in and place
   */
  call(args: readonly unknown[], place: string): Promise<unknown>;
}

/** The plug-ins of a host, of all kinds. */
export interface PluginHost {
  /**
   * The plug-in of a run.
   *
   * @param timeoutSeconds time limit of loading it and of each call [s]
   * @throws PluginError if this host has no such plug-in, or other files
   */
  open<Record extends PluginRecord>(
    contract: PluginContract<Record>,
    record: Record,
    timeoutSeconds: number,
  ): Promise<HostedPlugin<Record>>;
}
