import type * as z from 'zod';
import { describeSettings } from '#shared/config/describe-settings.ts';

/** What `--help` says of a command's settings: each path with its meaning, choices and default. */
export function settingsHelp(schema: z.ZodType): string {
  const lines = describeSettings(schema).map(({ path, description, defaultText, choices }) => {
    const facts = [
      ...(choices.length > 1 ? [`one of ${choices.join(', ')}`] : []),
      ...(defaultText === undefined ? [] : [`default ${defaultText}`]),
    ];
    return `  ${path}\n      ${description}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`;
  });
  return `\nSettings, for --set and settings files:\n${lines.join('\n')}\n`;
}
