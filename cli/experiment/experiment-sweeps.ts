import { anchoredValue } from '#cli/settings/anchored-plugins.ts';
import { ConfigError } from '#shared/errors.ts';
import { parseSweep, type Sweep, sweepOf } from '#study/points/sweep.ts';
import type { ExperimentOptions } from './experiment-options.ts';

/** The sweeps of a basis, replaced and extended by `--sweep` and by a list of policies. */
export function sweepsOf(basis: readonly Sweep[], { sweep, policy }: ExperimentOptions): readonly Sweep[] {
  const own = (sweep ?? []).map(parseSweep).map((one) => anchoredSweep(one, '.'));
  if (policy?.includes(',')) {
    const names = policy.split(',').map((name) => name.trim());
    own.unshift(anchoredSweep(sweepOf('scheduling.policy', names), '.'));
  }
  const paths = new Set(own.map(({ path }) => path));
  return [...basis.filter(({ path }) => !paths.has(path)), ...own];
}

/** A sweep in which relative paths of plug-ins are absolute. */
export function anchoredSweep({ path, values }: Sweep, directory: string): Sweep {
  return sweepOf(
    path,
    values.map((value) => anchoredValue(path, value, directory)),
  );
}

/** Checks the value of `--sweep-mode`. */
export function sweepModeOf(text: string): 'grid' | 'list' {
  if (text === 'grid' || text === 'list') return text;
  throw new ConfigError(`is ${JSON.stringify(text)}.`, {
    subject: '--sweep-mode',
    remedy: 'Use grid or list.',
  });
}
