/** Environment variables by name. Code takes them as a value, so that a test can give others. */
export type Environment = Readonly<Record<string, string | undefined>>;
