/** Up to here every size is looked at. */
export const EVERY_SIZE_UP_TO = 500;

/** Sizes at either end that are all looked at, where not every size is. */
const EVERY_AT_ENDS = 32;

/** Beyond them, the distance from the nearer end grows by this factor from one size to the next. */
const GROWTH = 1.03;

/**
 * Sizes of prefixes at which the delay of a round is looked at, ascending, from `fewest` to `count`: all of them, or for
 * many devices some hundred. The delay is smooth in the size but for either end: the first devices, and the deepest
 * fades.
 */
export function sizeGrid(fewest: number, count: number): readonly number[] {
  if (count - fewest <= EVERY_SIZE_UP_TO) {
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
