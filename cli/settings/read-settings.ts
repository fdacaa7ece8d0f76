import { parse, YAMLParseError } from 'yaml';
import { AirtuneError, ConfigError } from '#shared/errors.ts';
import { readRegularText } from '#shared/read-file.ts';
import { isRawSettings, type RawSettings, settingsAt } from './merge-settings.ts';

/** Reads a settings file, JSON or YAML. Throws a ConfigError naming the file, and the line that is malformed. */
export async function readSettingsFile(path: string): Promise<RawSettings> {
  let text: string;
  try {
    text = await readRegularText(path, ConfigError);
  } catch (cause) {
    if (cause instanceof AirtuneError) throw cause;
    throw new ConfigError('cannot be read.', {
      subject: path,
      remedy: 'Check the path after --config.',
      cause,
    });
  }
  const value = parseYaml(text, path);
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
  return settingsAt(text.slice(0, separator).trim(), parseYaml(text.slice(separator + 1), '--set'));
}

function parseYaml(text: string, subject: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch (cause) {
    const reason = cause instanceof YAMLParseError ? cause.message.split('\n')[0] : 'unreadable';
    throw new ConfigError(`is neither JSON nor YAML: ${reason}.`, { subject, cause });
  }
}
