import type { Command } from 'commander';

/** Options of the whole program that say how much it prints. */
export interface OutputOptions {
  readonly verbose?: boolean;
  /** Neither progress nor notices; warnings, errors and results are still printed. */
  readonly quiet?: boolean;
}

export function outputOptions(command: Command): OutputOptions {
  return command.optsWithGlobals<OutputOptions>();
}

const SILENT = { write: () => true };

/** Where progress and notices go: standard error, or nowhere. */
export function progressOutput({ quiet }: OutputOptions): {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
} {
  return quiet ? SILENT : process.stderr;
}
