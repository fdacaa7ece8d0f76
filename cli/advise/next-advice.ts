import type { Command } from 'commander';
import type { Advice, AdvisedChange } from '#shared/protocol/advice-result.ts';

/** Options that say what becomes of the advice, not what is advised on. */
const OUTPUT_OPTIONS = ['out', 'json'];

/**
 * The line with the command that asks for advice again with the best change made: the first in time, else in
 * dollars, of the first point that has one. A change of a swept setting is passed over, because the sweep
 * would replace it.
 *
 * @param asked The arguments with which this advice was asked for.
 * @param swept Paths of the swept settings.
 */
export function nextAdvice({ points }: Advice, asked: readonly string[], swept: readonly string[]): string {
  const isFree = ({ settings }: AdvisedChange): boolean =>
    settings.every(({ path }) => !swept.includes(path));
  const ranked = points.flatMap(({ changes, byTime, byDollars }) =>
    [...byTime, ...byDollars].flatMap((knob) => changes.filter((change) => change.knob === knob)),
  );
  const best = ranked.find(isFree);
  if (best === undefined) return 'Next: vary a setting with airtune study --sweep path=v1,v2';
  const changed = best.settings.flatMap(({ path, to }) => ['--set', `${path}=${textOf(to)}`]);
  return `Next: airtune advise ${[...asked, ...changed].map(inShell).join(' ')}`;
}

/** The arguments of a call of `airtune advise`, without those for its output. */
export function askedArguments(folder: string | undefined, command: Command): readonly string[] {
  const options = command.options.flatMap((option): readonly string[] => {
    const name = option.attributeName();
    if (OUTPUT_OPTIONS.includes(name) || command.getOptionValueSource(name) !== 'cli') return [];
    const values: unknown = command.getOptionValue(name);
    const flag = option.long ?? option.flags;
    return (Array.isArray(values) ? values : [values]).flatMap((value) => [flag, String(value)]);
  });
  return folder === undefined ? options : [folder, ...options];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A word as a shell takes it. */
function inShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
