import { placeOn, type ScaledAxis } from './axes.ts';
import { textWidth } from './base-option.ts';
import type { Shown } from './shown-lines.ts';

/** Distance of names of lines [CSS pixels]. */
const LABEL_HEIGHT = 14;

/** Lines that end closer than this to each other have names that can overlap [CSS pixels]. */
const NEAR_ENDS = 70;

/**
 * The lines that have no name at their end: those that end before half of the figure's first axis (of rounds,
 * say), among the points of the others, and those whose names are wider than the room [CSS pixels].
 */
export function unnamedLines(lines: readonly Shown[], room: number): readonly Shown[] {
  const ends = lines.map(({ known }) => known[known.length - 1].x[0] ?? 0);
  const last = Math.max(...ends);
  return lines.filter(
    ({ dashed, name }, index) => (!dashed && ends[index] < last / 2) || textWidth(name) > room,
  );
}

/** How far each name is moved down from the end of its line so that no two names overlap [CSS pixels]. */
export function labelEnds(
  lines: readonly Shown[],
  x: ScaledAxis,
  y: ScaledAxis,
  plot: { readonly width: number; readonly height: number },
): readonly number[] {
  const ends = lines.map(({ known }, index) => {
    const last = known[known.length - 1];
    return {
      index,
      across: plot.width * placeOn(x, last.at),
      down: plot.height * (1 - placeOn(y, last.y)),
    };
  });
  const moved = ends.map(() => 0);
  const placed: { readonly across: number; readonly down: number }[] = [];
  for (const { index, across, down } of ends.toSorted((left, right) => left.down - right.down)) {
    let at = down;
    for (const other of placed) {
      const beside = Math.abs(other.across - across) < NEAR_ENDS;
      if (beside && at < other.down + LABEL_HEIGHT) at = other.down + LABEL_HEIGHT;
    }
    placed.push({ across, down: at });
    moved[index] = at - down;
  }
  return moved;
}
