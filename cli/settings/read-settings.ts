import { isRawSettings, type RawSettings, settingsAt } from '#shared/config/merge-settings.ts';
import { requireSettingNames } from '#shared/config/setting-names.ts';
import { AirtuneError, ConfigError } from '#shared/errors.ts';
import { requireResultVersion } from '#shared/protocol/run-result.ts';
import { quoted } from '#shared/quoted.ts';
import { readRegularText } from '#shared/read-file.ts';

/** Longest part of a parser's message that is shown; the message may contain a line of the file. */
const LONGEST_REASON = 160;

/**
 * Reads a settings file (JSON or YAML), or the settings in a run's result.json.
 *
 * @throws ConfigError naming the file and the malformed line.
 */
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
  const value = await parseYaml(text, path);
  requireSettingNames(value, path);
  if (isRawSettings(value)) return value.format === 'airtune-result' ? settingsOfResult(value, path) : value;
  throw new ConfigError('holds no settings.', {
    subject: path,
    remedy: 'Give an object of settings by name.',
  });
}

/** The settings in a run's result. @throws ConfigError for a result of another version. */
function settingsOfResult(result: RawSettings, path: string): RawSettings {
  requireResultVersion(result, path);
  const { config, cloud } = result;
  if (isRawSettings(config)) return cloud === undefined ? config : { ...config, cloud };
  throw new ConfigError('holds no settings of a run.', { subject: path, remedy: 'Name its result.json.' });
}

/** Parses one `path=value` of `--set`. The value is YAML, so numbers, lists and booleans keep their types. */
export async function parseAssignment(text: string): Promise<RawSettings> {
  const separator = text.indexOf('=');
  if (separator < 1) {
    throw new ConfigError(`${quoted(text)} is not path=value.`, {
      subject: '--set',
      remedy: 'For example --set scheduling.policy=exact.',
    });
  }
  const path = text.slice(0, separator).trim();
  const settings = settingsAt(path, await parseYaml(text.slice(separator + 1), '--set'));
  requireSettingNames(settings, '--set');
  return settings;
}

/** Loads the parser only now: many calls of a command give no settings as text. */
async function parseYaml(text: string, subject: string): Promise<unknown> {
  const { parse, YAMLParseError } = await import('yaml');
  try {
    // YAML accepts only LF and CRLF as line ends.
    return parse(text.replaceAll(/\r\n?/g, '\n'), { logLevel: 'error' });
  } catch (cause) {
    const reason =
      cause instanceof YAMLParseError
        ? cause.message.split('\n')[0].replace(/[.:]$/, '').slice(0, LONGEST_REASON)
        : 'unreadable';
    throw new ConfigError(`is neither JSON nor YAML: ${reason}.`, { subject, cause });
  }
}
