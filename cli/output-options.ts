import type { Command } from 'commander';

/** Global options that set how much the program prints. */
export interface OutputOptions {
  readonly verbose?: boolean;
  /** No progress and no notices; warnings, errors and results are still printed. */
  readonly quiet?: boolean;
}

export function outputOptions(command: Command): OutputOptions {
  return command.optsWithGlobals<OutputOptions>();
}

const SILENT = { write: () => true };

/** The stream for progress and notices: standard error, or a stream that discards them. */
export function progressOutput({ quiet }: OutputOptions): {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
} {
  return quiet ? SILENT : process.stderr;
}
