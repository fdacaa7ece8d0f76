import { Command } from 'commander';
import { resolvedSettings, settingsJsonSchema, settingsTable } from '#cli/settings/resolved-settings.ts';
import { resolveEmbeddedRun, type SettingOptions } from '#cli/settings/run-settings.ts';
import { settingOptions } from '#cli/settings/setting-options.ts';
import { unusedNotice } from '#cli/settings/unused-notice.ts';
import { resolveStudySettings } from '#cli/study/study-options.ts';
import type { Terminal } from '#cli/terminal.ts';
import { embeddedRunSchema } from '#run/settings/embedded-run-schema.ts';
import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { studySchema } from '#study/settings/study-schema.ts';

interface ConfigOptions extends SettingOptions {
  readonly schema?: boolean;
  readonly json?: boolean;
}

const KINDS = ['run', 'study'] as const;

/** `airtune config`: prints the settings that a command would use, and the origin of each. */
export function configCommand(terminal: Terminal): Command {
  const command = new Command('config').argument('[kind]', 'run or study', 'run');
  return settingOptions(command)
    .option('--json', 'as a JSON object: path, value and origin of each setting')
    .option('--schema', 'print a JSON Schema of settings files instead, for editors')
    .action(async (kind: string, options: ConfigOptions) => {
      const print = (text: string) => terminal.stdout.write(`${text}\n`);
      if (options.schema) {
        print(JSON.stringify(settingsJsonSchema([embeddedRunSchema, studySchema]), null, 2));
        return;
      }
      const { complete, layers, unused } = await resolve(kind, options, terminal);
      unusedNotice(kind, unused, (text) => terminal.stderr.write(text));
      const settings = resolvedSettings(complete, layers);
      print(
        options.json
          ? JSON.stringify(
              Object.fromEntries(settings.map(({ path, value, origin }) => [path, { value, origin }])),
              null,
              2,
            )
          : settingsTable(settings),
      );
    });
}

async function resolve(kind: string, options: ConfigOptions, terminal: Terminal) {
  switch (kind) {
    case 'run': {
      const { config, cloud, layers, unused } = await resolveEmbeddedRun(options);
      return { complete: { ...config, cloud }, layers, unused };
    }
    case 'study': {
      const { settings, layers, unused } = await resolveStudySettings(options, terminal);
      return { complete: settings, layers, unused };
    }
    default: {
      const nearest = nearestName(kind, KINDS);
      throw new ConfigError(`there are no settings of ${JSON.stringify(kind)}.`, {
        remedy: nearest === undefined ? `Use ${KINDS.join(' or ')}.` : `Did you mean ${nearest}?`,
      });
    }
  }
}
