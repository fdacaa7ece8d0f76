import type { Series } from '#experiment/series/run-series.ts';
import { differingSettings, type SettingsLeaves } from './settings-leaves.ts';

/** A run to compare, with the settings that tell it from others. */
export interface ComparableRun {
  /** Folder that it was read from. */
  readonly source: string;
  /** Name in its experiment or study; undefined for a run outside of both. */
  readonly label: string | undefined;
  /** Settings without the seed; the folders of model and data are replaced by their hashes. */
  readonly leaves: SettingsLeaves;
  /** Hash of the data; undefined for modelled runs. Only runs on the same data are compared pairwise. */
  readonly dataSha256: string | undefined;
  readonly series: Series;
}

/** Runs that differ in their seed only. */
export interface Contender {
  readonly label: string;
  readonly runs: readonly ComparableRun[];
}

/** Most settings that a label shows. */
const MOST_NAMED = 3;

/**
 * Groups runs that differ in their seed only. A second run with the settings and the seed of another one
 * starts a contender of its own.
 */
export function contendersOf(runs: readonly ComparableRun[]): readonly Contender[] {
  const groups: { readonly key: string; readonly runs: ComparableRun[] }[] = [];
  for (const run of runs) {
    const key = JSON.stringify([run.label ?? '', ...[...run.leaves].sort(byPath)]);
    const open = groups.find(
      (group) => group.key === key && !group.runs.some((other) => other.series.seed === run.series.seed),
    );
    if (open === undefined) groups.push({ key, runs: [run] });
    else open.runs.push(run);
  }
  const labels = labelsOf(groups.map((group) => group.runs));
  return groups.map((group, index) => ({ label: labels[index], runs: group.runs }));
}

/**
 * Labels of the groups. A group's label is its name in its experiment or study; else its values of the
 * settings that differ between groups; else, if no setting or more than {@link MOST_NAMED} differ, its
 * folder.
 */
function labelsOf(groups: readonly (readonly ComparableRun[])[]): readonly string[] {
  const differing = differingSettings(groups.map(([first]) => first.leaves)).filter(
    ({ path }) => !DERIVED.has(path),
  );
  const sources = new Set(groups.map(([first]) => first.source));
  const labels = groups.map(([first], index) => {
    if (first.label !== undefined) return first.label;
    if (differing.length === 0 || differing.length > MOST_NAMED) return first.source;
    return differing.map(({ path, values }) => valueText(path, values[index])).join(', ');
  });
  return labels.map((label, index) => {
    const isTwice = labels.indexOf(label) !== labels.lastIndexOf(label);
    const [{ source }] = groups[index];
    const named = isTwice && sources.size > 1 && label !== source ? `${label} (${source})` : label;
    return named;
  });
}

/** Settings that follow from others, so that a label need not show them. */
const DERIVED: ReadonlySet<string> = new Set(['data.sha256', 'model.sha256']);

function valueText(path: string, value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
  const name = path.slice(path.lastIndexOf('.') + 1);
  return name === 'policy' || name === 'task' ? text : `${name} ${text}`;
}

function byPath([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
