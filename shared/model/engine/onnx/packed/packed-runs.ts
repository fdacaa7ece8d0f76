import { fillerPart, type PackedPart } from './packed-parts.ts';

/**
 * Gathers parts of one or several batches into runs: what goes through the graphs at once. A run holds parts of one
 * attention length, so that every sequence's attention is computed over the same number of tokens whatever runs
 * beside it; and two sequences at least, since products with a single row are computed another way than others.
 *
 * @param maximumRows Rows of a run at most; a larger part is a run of its own.
 * @returns The runs, those of shorter sequences first.
 */
export function packedRuns(
  parts: readonly PackedPart[],
  maximumRows: number,
  hidden: number,
): readonly (readonly PackedPart[])[] {
  const runs: PackedPart[][] = [];
  let rows = 0;
  for (const part of [...parts].sort((one, other) => one.tokens - other.tokens)) {
    const run = runs.at(-1);
    if (run !== undefined && run[0].tokens === part.tokens && rows + part.rows <= maximumRows) {
      run.push(part);
      rows += part.rows;
    } else {
      runs.push([part]);
      rows = part.rows;
    }
  }
  return runs.map((run) => (sequencesOf(run) > 1 ? run : [...run, fillerPart(run[0].tokens, hidden)]));
}

export function sequencesOf(parts: readonly PackedPart[]): number {
  return parts.reduce((sum, { members }) => sum + members.length, 0);
}

export function rowsOf(parts: readonly PackedPart[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

/** Parts that follow each other in a run: from one on, up to another one, which is not among them. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The least stretches of a run that hold the wanted parts: those that follow each other together, and where that is a
 * single sequence, a neighbour too.
 *
 * @param wanted Places in the run, ascending.
 */
export function stretchesOf(run: readonly PackedPart[], wanted: readonly number[]): readonly Stretch[] {
  const stretches: { from: number; to: number }[] = [];
  for (const place of wanted) {
    const last = stretches.at(-1);
    if (last?.to === place) last.to += 1;
    else stretches.push({ from: place, to: place + 1 });
  }
  return stretches.map(({ from, to }) => {
    if (sequencesOf(run.slice(from, to)) > 1) return { from, to };
    return to < run.length ? { from, to: to + 1 } : { from: from - 1, to };
  });
}
