import type { PluginDescription } from './open-plugin.ts';
import type { PluginKind } from './plugin-kind.ts';
import type { PluginRecord } from './plugin-record.ts';

/** A kind of plug-in with everything that a host of plug-ins has to know of it. */
export interface PluginContract<Record extends PluginRecord> {
  readonly kind: PluginKind;
  /** Names of the arguments of a call, for commands. Absent for kinds that only a module can be. */
  readonly argumentNames?: readonly string[];
  /** Path of the setting that names the plug-in. */
  readonly referencePath: string;
  /** Setting of the CDK app with which a deployment gets the plug-in. Absent for kinds that it never runs. */
  readonly deployedBy?: string;
  /**
   * The record of an opened plug-in.
   *
   * @param base the part of the record that all kinds have
   * @throws PluginError for a field of the definition that cannot be used
   */
  readonly recordOf: (description: PluginDescription, base: PluginRecord, subject: string) => Record;
}
