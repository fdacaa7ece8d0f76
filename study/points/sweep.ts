import { parse } from 'yaml';
import { settingsAt } from '#shared/config/merge-settings.ts';
import { requireSettingNames } from '#shared/config/setting-names.ts';
import { ConfigError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';

/** One setting that a study varies. */
export interface Sweep {
  /** Dotted path of the setting. */
  readonly path: string;
  readonly values: readonly unknown[];
}

/**
 * Parses `path=v1,v2,...`. The values are YAML: numbers, names, lists or objects.
 *
 * @throws ConfigError for a sweep without a path, without values or with the same value twice
 */
export function parseSweep(text: string): Sweep {
  const separator = text.indexOf('=');
  if (separator < 1) {
    throw new ConfigError(`${quoted(text)} is not path=v1,v2,...`, {
      subject: '--sweep',
      remedy: 'For example --sweep channel.bandwidthHz=5e6,10e6,20e6.',
    });
  }
  const path = text.slice(0, separator).trim();
  requireSettingNames(settingsAt(path, null), '--sweep');
  return sweepOf(path, listOf(text.slice(separator + 1)));
}

/** @throws ConfigError for an empty sweep or one with the same value twice */
export function sweepOf(path: string, values: readonly unknown[]): Sweep {
  if (values.length === 0) {
    throw new ConfigError(`${path} has no values.`, {
      subject: '--sweep',
      remedy: `Give at least one, as in ${path}=v1,v2.`,
    });
  }
  const seen = new Set<string>();
  for (const value of values) {
    const text = JSON.stringify(value);
    if (seen.has(text)) throw new ConfigError(`${path} has ${text} twice.`, { subject: '--sweep' });
    seen.add(text);
  }
  return { path, values };
}

function listOf(text: string): readonly unknown[] {
  let list: unknown;
  try {
    list = parse(`[${text}]`, { logLevel: 'error' });
  } catch (cause) {
    throw new ConfigError(`${quoted(text)} is not a list of values.`, { subject: '--sweep', cause });
  }
  if (!Array.isArray(list))
    throw new ConfigError(`${quoted(text)} is not a list of values.`, { subject: '--sweep' });
  // YAML 1.2 reads 5e6 as a number, but text such as 20E6_ stays text; the schema then reports it.
  return list.filter((value) => value !== null);
}
