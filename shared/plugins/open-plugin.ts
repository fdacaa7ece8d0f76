import type { PluginKind } from './plugin-kind.ts';
import type { PluginSettings } from './plugin-record.ts';

/** A plug-in in execution, wherever it runs. */
export interface OpenPlugin {
  readonly description: PluginDescription;
  /**
   * Calls the plug-in's function. Calls are made one after the other.
   *
   * @param args plain data
   * @param place where the call belongs, for errors, such as `round 4`
   * @returns the function's result: plain data, not checked
   * @throws PluginError if the function throws, ends its thread or process, or exceeds the time limit
   */
  call(args: readonly unknown[], place: string): Promise<unknown>;
  /** Ends the plug-in's thread or process. */
  close(): Promise<void>;
}

/** The definition of a plug-in. */
export interface PluginDescription {
  readonly name: string;
  /** Its settings, complete. */
  readonly settings: PluginSettings;
  /** The fields of its definition that are plain data, not checked. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How a plug-in is to be opened. */
export interface PluginOpening {
  readonly kind: PluginKind;
  /** The plug-in in errors, such as `policy mine.ts`. */
  readonly subject: string;
  /** Its settings as given. */
  readonly settings: PluginSettings;
  /** Time limit of loading it [s]. */
  readonly loadTimeoutSeconds: number;
  /** Time limit of each call [s]. */
  readonly timeoutSeconds: number;
  /** Receives each line that the plug-in prints. */
  readonly log: (line: string) => void;
}
