import type { Command } from 'commander';

export interface Example {
  readonly command: string;
  /** Short description of its effect. */
  readonly does: string;
}

/** Adds examples below a command's options in its `--help`. */
export function withExamples(command: Command, examples: readonly Example[]): Command {
  if (examples.length === 0) return command;
  const width = Math.max(...examples.map((example) => example.command.length));
  const lines = examples.map((example) => `  ${example.command.padEnd(width)}  ${example.does}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Presets by name, for `--help`. */
export function presetsHelp(presets: Readonly<Record<string, { readonly description: string }>>): string {
  const lines = Object.entries(presets).map(([name, { description }]) => `  ${name}\n      ${description}`);
  return `\nPresets:\n${lines.join('\n')}`;
}
