/** Up to this many sizes, all are evaluated. */
export const LARGEST_FULL_GRID = 500;

/** If not every size is evaluated, this many consecutive sizes are evaluated at each end. */
const EVERY_AT_ENDS = 32;

/**
 * Between the two ends, the distance of a size from the nearer end grows by this factor from one evaluated
 * size to the next.
 */
const GROWTH = 1.03;

/**
 * Sizes of prefixes at which a round's delay is evaluated, ascending, from `fewest` to `count`: all of them,
 * or for many devices a few hundred. The delay is a smooth function of the size except at the ends: the first
 * devices, and the devices in the deepest fades.
 */
export function sizeGrid(fewest: number, count: number): readonly number[] {
  if (count - fewest <= LARGEST_FULL_GRID) {
    return Array.from({ length: count - fewest + 1 }, (_, index) => fewest + index);
  }
  const offsets: number[] = [];
  const middle = (count - fewest) / 2;
  for (let offset = 0; offset < middle; offset = nextOffset(offset)) offsets.push(offset);
  const left = offsets.map((offset) => fewest + offset);
  const right = offsets.map((offset) => count - offset).reverse();
  return [...left, ...right];
}

function nextOffset(offset: number): number {
  return offset < EVERY_AT_ENDS ? offset + 1 : Math.ceil(offset * GROWTH);
}
