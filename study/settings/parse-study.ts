import { parseStrict } from '#shared/config/parse-strict.ts';
import { ConfigError } from '#shared/errors.ts';
import { LAMBDA_FUNCTIONS } from '#shared/protocol/functions.ts';
import { type StudySettings, studySchema } from './study-schema.ts';

/** Settings before they are checked. */
export type RawSettings = Readonly<Record<string, unknown>>;

/**
 * The complete settings of one point.
 *
 * @throws ConfigError naming the setting that is unknown, out of range or at odds with another
 */
export function parseStudy(raw: RawSettings, subject: string): StudySettings {
  const settings = parseStrict(studySchema, raw, subject);
  const { platform, scheduler, device } = settings.cloud;
  for (const name of LAMBDA_FUNCTIONS) {
    if (settings.cloud[name].reservedConcurrency !== 0) continue;
    throw new ConfigError('is 0: this function could never run.', {
      subject: `cloud.${name}.reservedConcurrency`,
      remedy: 'Give at least 1, or leave it out.',
    });
  }
  const reserved = (scheduler.reservedConcurrency ?? 0) + (device.reservedConcurrency ?? 0);
  const needsShared = scheduler.reservedConcurrency === undefined || device.reservedConcurrency === undefined;
  if (reserved + (needsShared ? 1 : 0) > platform.accountConcurrency) {
    throw new ConfigError(
      `is ${platform.accountConcurrency}, of which ${reserved} are reserved: a function has none left.`,
      { subject: 'cloud.platform.accountConcurrency', remedy: 'Raise it, or reserve less.' },
    );
  }
  return settings;
}

/** The settings with one of them, named by its dotted path, set to a value. */
export function withSetting(settings: RawSettings, path: string, value: unknown): RawSettings {
  const dot = path.indexOf('.');
  if (dot < 0) return { ...settings, [path]: value };
  const group = path.slice(0, dot);
  const inner = settings[group];
  return { ...settings, [group]: withSetting(isGroup(inner) ? inner : {}, path.slice(dot + 1), value) };
}

function isGroup(value: unknown): value is RawSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
