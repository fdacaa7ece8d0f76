import type { Command } from 'commander';
import type { Terminal, TextOutput } from './terminal.ts';

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
export function progressOutput({ quiet }: OutputOptions, { stderr }: Terminal): TextOutput {
  return quiet ? SILENT : stderr;
}
