import type { Estimate } from '#shared/protocol/experiment-result.ts';

export type Verdict = 'holds' | 'holds in part' | 'does not hold' | 'not run';

/** A statement, and its verdict by the results of one panel. */
export interface Finding {
  readonly statement: string;
  readonly source: 'paper' | 'this project';
  /** Title of the panel. */
  readonly evidence: string;
  readonly figures: string;
  readonly verdict: Verdict;
  /** Reason of a verdict other than `holds`; empty for `holds`. */
  readonly why: string;
}

/** Least number of seeds for a verdict. */
export const FEWEST_SEEDS = 3;

/** A statement of the paper without results. */
export function notRun(statement: string, evidence: string): Finding {
  return { statement, source: 'paper', evidence, figures: '', verdict: 'not run', why: '' };
}

/**
 * Verdict of a statement by differences. It holds if all differences and their 95 % intervals are above 0.
 */
export function aboveZero(
  differences: readonly (readonly [string, Estimate | undefined])[],
): Pick<Finding, 'figures' | 'verdict' | 'why'> {
  const known = differences.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const figures = known.map(({ name, value }) => `${pointsText(value)} ${name}`).join('; ');
  const seeds = Math.min(...known.map(({ value }) => value.values.length));
  if (known.length < differences.length || seeds < FEWEST_SEEDS) {
    return { figures, verdict: 'not run', why: `it takes ${FEWEST_SEEDS} seeds of every scheme` };
  }
  const sure = known.filter(({ value: { low } }) => low !== null && low > 0);
  if (sure.length === known.length) return { figures, verdict: 'holds', why: '' };
  const lower = known.filter(({ value: { high } }) => high !== null && high < 0);
  const open = known.filter((one) => !sure.includes(one) && !lower.includes(one));
  const names = (some: readonly { readonly name: string }[]): string =>
    some.map(({ name }) => name.replace('over ', '')).join(', ');
  const why = [
    ...(lower.length === 0 ? [] : [`it is below ${names(lower)}`]),
    ...(open.length === 0 ? [] : [`no difference is shown from ${names(open)}: the interval holds 0`]),
  ].join('; ');
  return { figures, verdict: sure.length > 0 ? 'holds in part' : 'does not hold', why };
}

/** Text of a difference of accuracies in percentage points, with its interval. */
export function pointsText({ mean, low, high }: Estimate): string {
  const show = (value: number): string => (100 * value).toFixed(1);
  const by = `${mean > 0 ? '+' : ''}${show(mean)}`;
  return low === null || high === null ? `${by} (one seed)` : `${by} (${show(low)} to ${show(high)})`;
}
