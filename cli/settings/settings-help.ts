import type * as z from 'zod';
import { paragraph } from '#cli/print/paragraph.ts';
import { printWidth } from '#cli/print/table.ts';
import { describeSettings } from '#shared/config/describe-settings.ts';

/**
 * The part of `--help` on a command's settings: each path with its meaning, choices and default.
 *
 * @param options The options that take such a path.
 */
export function settingsHelp(schema: z.ZodType, options = '--set'): string {
  const entries = describeSettings(schema).map(({ path, description, defaultText, choices }) => {
    const facts = [
      ...(choices.length > 1 ? [`one of ${choices.join(', ')}`] : []),
      ...(defaultText === undefined ? [] : [`default ${defaultText}`]),
    ];
    return entry(path, `${description}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`);
  });
  return `\nSettings, for ${options} and settings files:\n${entries.join('\n')}\n`;
}

/** The part of `--help` on a command's presets. */
export function presetsHelp(presets: Readonly<Record<string, { readonly description: string }>>): string {
  const entries = Object.entries(presets).map(([name, { description }]) => entry(name, description));
  return `\nPresets:\n${entries.join('\n')}\n`;
}

function entry(name: string, description: string): string {
  return `  ${name}\n${paragraph(description, printWidth(process.stdout, process.env), '      ')}`;
}
