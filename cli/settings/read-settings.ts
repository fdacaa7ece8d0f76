import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { isRawSettings, type RawSettings, settingsAt } from '#shared/config/merge-settings.ts';
import { requireSettingNames } from '#shared/config/setting-names.ts';
import { ConfigError } from '#shared/errors.ts';

/** Reads a settings file, JSON or YAML. Throws a ConfigError naming the file, and the line that is malformed. */
export async function readSettingsFile(path: string): Promise<RawSettings> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError('cannot be read.', {
      subject: path,
      remedy: 'Check the path after --config.',
      cause,
    });
  }
  const value = parseYaml(text, path);
  requireSettingNames(value, path);
  if (isRawSettings(value)) return value;
  throw new ConfigError('holds no settings.', {
    subject: path,
    remedy: 'Give an object of settings by name.',
  });
}

/** Reads one `path=value` of `--set`; the value is YAML, so numbers, lists and booleans are themselves. */
export function parseAssignment(text: string): RawSettings {
  const separator = text.indexOf('=');
  if (separator < 1) {
    throw new ConfigError(`${JSON.stringify(text)} is not path=value.`, {
      subject: '--set',
      remedy: 'For example --set scheduling.policy=exact.',
    });
  }
  const path = text.slice(0, separator).trim();
  const settings = settingsAt(path, parseYaml(text.slice(separator + 1), '--set'));
  requireSettingNames(settings, '--set');
  return settings;
}

function parseYaml(text: string, subject: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const reason = cause instanceof YAMLParseError ? cause.message.split('\n')[0] : 'unreadable';
    throw new ConfigError(`is neither JSON nor YAML: ${reason}.`, { subject, cause });
  }
}
