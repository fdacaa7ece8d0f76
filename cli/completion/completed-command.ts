import type { Command } from 'commander';
import { SHORT_OPTIONS } from '#cli/settings/run-settings.ts';
import { flagOf } from '#cli/settings/settings-layers.ts';
import { embeddedRunSchema } from '#run/settings/embedded-run-schema.ts';
import { PRESETS } from '#run/settings/presets.ts';
import { describeSettings, type SettingDescription } from '#shared/config/describe-settings.ts';
import { STUDY_PRESETS } from '#study/presets.ts';
import { studySchema } from '#study/settings/study-schema.ts';

/** An option, as shell completion needs it. */
export interface CompletedOption {
  readonly flag: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** Values to offer. Empty: file names are offered if the option takes a value. */
  readonly values: readonly string[];
}

/** A command, as shell completion needs it. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
}

/** Completions of all commands, derived from the commands and the schemas of their settings. */
export function completedCommands(commands: readonly Command[]): readonly CompletedCommand[] {
  const ofStudy = describeSettings(studySchema);
  const ofRun = describeSettings(embeddedRunSchema);
  return commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.options.flatMap(({ long, description, required, optional }) =>
      typeof long === 'string'
        ? [
            {
              flag: long,
              description,
              takesValue: required || optional,
              values: valuesOf(command.name(), long, command.name() === 'study' ? ofStudy : ofRun),
            },
          ]
        : [],
    ),
  }));
}

function valuesOf(command: string, flag: string, settings: readonly SettingDescription[]): readonly string[] {
  switch (flag) {
    case '--preset':
      return Object.keys(command === 'study' ? STUDY_PRESETS : PRESETS);
    case '--target':
      return ['embedded', 'aws'];
    case '--sweep-mode':
      return ['grid', 'list'];
    case '--set':
    case '--sweep':
      return settings.map(({ path }) => `${path}=`);
    default: {
      const path = SHORT_OPTIONS.find(({ option }) => flagOf(option) === flag)?.path;
      return settings.find((setting) => setting.path === path)?.choices ?? [];
    }
  }
}
