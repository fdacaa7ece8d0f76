import { shortNumber } from '#report/page/numbers.ts';
import { shortLabelOf } from '#study/points/points.ts';

type Varied = Readonly<Record<string, unknown>>;

const MINIMUM_REPLICAS = 'cloud.encoder.minimumReplicas';
const MAXIMUM_REPLICAS = 'cloud.encoder.maximumReplicas';

/** Readable texts for settings that are often varied. */
const PLAIN: Readonly<Record<string, (value: string) => string>> = {
  'scheduling.policy': (value) => value,
  'training.devices': (value) => `${value} devices`,
  'training.rounds': (value) => `${value} rounds`,
  'training.batchSize': (value) => `batches of ${value}`,
  'lora.rank': (value) => `rank ${value}`,
  'transport.bitsPerValue': (value) => `${value} bits a value`,
  'server.requestsInParallel': (value) => `${value} reads at once`,
  'scheduling.devicesPerRound': (value) => `${value} devices a round`,
  'cloud.platform.accountConcurrency': (value) => `${value} functions at once`,
  [MINIMUM_REPLICAS]: (value) => `at least ${value} replicas`,
  [MAXIMUM_REPLICAS]: (value) => `at most ${value} replicas`,
};

/** Endings of settings' names that are units. */
const UNITS: readonly (readonly [string, string])[] = [
  ['Seconds', 's'],
  ['Megabytes', 'MB'],
  ['Metres', 'm'],
  ['Joules', 'J'],
  ['Watts', 'W'],
  ['Dbm', 'dBm'],
  ['Db', 'dB'],
];

/**
 * Readable names of points, such as "greedy, 20 MHz bandwidth" or "8 replicas". Points that would get the
 * same name get the names of their settings instead.
 */
export function pointNames(points: readonly { readonly varied: Varied }[]): readonly string[] {
  const names = points.map(({ varied }) => plainName(varied));
  return names.map((name, index) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : shortLabelOf(points[index].varied) || name,
  );
}

function plainName(varied: Varied): string {
  const minimum = varied[MINIMUM_REPLICAS];
  const fixed = typeof minimum === 'number' && minimum === varied[MAXIMUM_REPLICAS];
  const parts = Object.entries(varied).flatMap(([path, value]) => {
    if (fixed && path === MAXIMUM_REPLICAS) return [];
    if (fixed && path === MINIMUM_REPLICAS) return [minimum === 1 ? '1 replica' : `${minimum} replicas`];
    return [plainSetting(path, value)];
  });
  return parts.join(', ') || 'as set';
}

/** Readable text of a setting and its value. */
export function plainSetting(path: string, value: unknown): string {
  const text = typeof value === 'number' ? exactNumber(value) : textOf(value);
  const plain = Object.hasOwn(PLAIN, path) ? PLAIN[path] : undefined;
  if (plain !== undefined) return plain(text);
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (typeof value === 'number' && name.endsWith('Hz'))
    return `${frequency(value)} ${words(name.slice(0, -2))}`;
  const unit = typeof value === 'number' ? UNITS.find(([end]) => name.endsWith(end)) : undefined;
  return unit === undefined
    ? `${words(name)} ${text}`
    : `${text} ${unit[1]} ${words(name.slice(0, -unit[0].length))}`;
}

/** Name and unit of the axis of settings that are swept together. */
export function sweptTitle(
  path: string,
  together: readonly string[],
): { readonly name: string; readonly unit: string } {
  const replicas = together.includes(MINIMUM_REPLICAS) && together.includes(MAXIMUM_REPLICAS);
  return replicas ? { name: 'replicas', unit: '' } : settingTitle(path);
}

/** A setting's own name in words with its unit. */
function settingTitle(path: string): { readonly name: string; readonly unit: string } {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (name.endsWith('Hz')) return { name: words(name.slice(0, -2)), unit: 'Hz' };
  const unit = UNITS.find(([end]) => name.endsWith(end));
  return unit === undefined
    ? { name: words(name), unit: '' }
    : { name: words(name.slice(0, -unit[0].length)), unit: unit[1] };
}

function frequency(hertz: number): string {
  const [factor, unit] =
    hertz >= 1e9 ? [1e9, 'GHz'] : hertz >= 1e6 ? [1e6, 'MHz'] : hertz >= 1e3 ? [1e3, 'kHz'] : [1, 'Hz'];
  return `${exactNumber(hertz / factor)} ${unit}`;
}

function words(camelCase: string): string {
  return camelCase.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim();
}

/** All digits, so that distinct values stay distinct. */
function exactNumber(value: number): string {
  return Number(value.toPrecision(4)) === value ? shortNumber(value) : String(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
