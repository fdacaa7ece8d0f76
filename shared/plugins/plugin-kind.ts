/** A kind of plug-in (policy, channel, ...) as threads and processes need it: plain data. */
export interface PluginKind {
  /** Word for errors, as in `policy mine.ts`. */
  readonly word: string;
  /** The version of the interface between airtune and plug-ins of this kind. */
  readonly interfaceVersion: number;
  /** Name of the function that is called. */
  readonly method: string;
  /**
   * `value`: a call is one call of the function. `rows`: the function returns an async iterable, and each
   * call returns its next rows as {@link Rows}.
   */
  readonly returns?: 'value' | 'rows';
  /**
   * Whether a module's function receives a source of random streams after its other arguments. The streams
   * belong to the `seed` of the first argument.
   */
  readonly draws?: boolean;
  /** Path of the plug-in's settings in the settings of a run. */
  readonly settingsPath: string;
  /** Path of the setting of its time limit. */
  readonly timeoutPath: string;
}
