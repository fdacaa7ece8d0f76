import { ConfigError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { isRawSettings } from './merge-settings.ts';

/** Settings are three or four groups deep. A file with many more levels is not a settings file. */
const DEEPEST = 32;

/** Property names with a special meaning in every JavaScript object. */
const RESERVED = ['__proto__', 'constructor', 'prototype'];

/**
 * Checks the names of settings before they are used.
 *
 * @throws ConfigError for a reserved or empty name, and for groups nested too deeply
 */
export function requireSettingNames(value: unknown, subject: string, path: readonly string[] = []): void {
  if (path.length > DEEPEST) {
    throw new ConfigError(`settings are nested more than ${DEEPEST} groups deep.`, {
      subject,
      remedy: 'Give a path such as scheduling.policy.',
    });
  }
  if (!isRawSettings(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (RESERVED.includes(name) || name === '') {
      throw new ConfigError(`unknown setting ${[...path, name === '' ? quoted(name) : name].join('.')}.`, {
        subject,
        remedy: 'Remove it.',
      });
    }
    requireSettingNames(inner, subject, [...path, name]);
  }
}
