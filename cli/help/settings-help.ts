import { type Command, CommanderError } from 'commander';
import type * as z from 'zod';
import type { Terminal } from '#cli/terminal.ts';
import { describeSettings } from '#shared/config/describe-settings.ts';

/** Every setting of a schema with its meaning, choices and default. */
export function settingsHelp(schema: z.ZodType): string {
  const lines = describeSettings(schema).map(({ path, description, defaultText, choices }) => {
    const facts = [
      ...(choices.length > 1 ? [`one of ${choices.join(', ')}`] : []),
      ...(defaultText === undefined ? [] : [`default ${defaultText}`]),
    ];
    return `  ${path}\n      ${description}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`;
  });
  return `Settings, for --set and settings files:\n${lines.join('\n')}\n`;
}

/** Adds `--help-settings`, which prints every setting of the command and exits. */
export function settingsHelpOption(command: Command, schema: z.ZodType, { stdout }: Terminal): Command {
  return command
    .option('--help-settings', 'list every setting, with its meaning and default')
    .on('option:help-settings', () => {
      stdout.write(settingsHelp(schema));
      throw new CommanderError(0, 'airtune.helpSettings', '(settings were listed)');
    });
}
