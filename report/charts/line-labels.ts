import type { ScaledAxis } from './axes.ts';
import type { Shown } from './shown-lines.ts';

/** Distance of names of lines [CSS pixels]. */
const LABEL_HEIGHT = 14;

/** Lines that end closer than this to each other have names that can overlap [CSS pixels]. */
const NEAR_ENDS = 70;

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

/** The place of a value on an axis, from 0 to 1. */
function placeOn({ extent, display }: ScaledAxis, value: number): number {
  const scale = (number: number): number => (extent.logarithmic ? Math.log10(number) : number);
  const [low, high] = [scale(extent.least), scale(extent.greatest)];
  return (scale(value / display.factor) - low) / (high - low);
}
