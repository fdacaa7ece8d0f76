import type { Tensor } from '#shared/model/tensor.ts';

/** A of the cubic convolution kernel, as PyTorch has it. */
const A = -0.75;

/**
 * A table of learned positions: those of the learned tokens, then those of a square grid of patches, row by
 * row.
 */
export interface PositionTable {
  /** [1, learned tokens + side^2, hidden] */
  readonly table: Tensor;
  readonly learnedTokens: number;
}

/**
 * Interpolates a table of learned positions for a grid of `side` x `side` patches, as transformers does with
 * `interpolate_pos_encoding`: rows of learned tokens stay, the grid is interpolated bicubically
 * (`torch.nn.functional.interpolate`, `align_corners=False`, without antialiasing; places outside the grid
 * have the value of the nearest border). Returns [1, learned tokens + side^2, hidden].
 */
export function resizePositions({ table, learnedTokens }: PositionTable, side: number): Tensor {
  const [, tokens, hidden] = table.shape;
  const from = Math.sqrt(tokens - learnedTokens);
  const taps = cubicTaps(from, side);
  const start = learnedTokens * hidden;
  // [side, from, hidden], then [side, side, hidden].
  const rows = new Float64Array(side * from * hidden);
  taps.forEach(({ places, weights }, y) => {
    for (const [tap, place] of places.entries()) {
      const source = table.data.subarray(start + place * from * hidden, start + (place + 1) * from * hidden);
      addScaled(rows, y * from * hidden, source, weights[tap]);
    }
  });
  const grid = new Float64Array(side * side * hidden);
  for (let y = 0; y < side; y++) {
    taps.forEach(({ places, weights }, x) => {
      for (const [tap, place] of places.entries()) {
        const source = rows.subarray((y * from + place) * hidden, (y * from + place + 1) * hidden);
        addScaled(grid, (y * side + x) * hidden, source, weights[tap]);
      }
    });
  }
  const data = new Float32Array(start + grid.length);
  data.set(table.data.subarray(0, start));
  data.set(grid, start);
  return { shape: [1, learnedTokens + side * side, hidden], data };
}

function addScaled(
  target: Float64Array,
  offset: number,
  source: Float32Array | Float64Array,
  factor: number,
): void {
  for (let i = 0; i < source.length; i++) target[offset + i] += factor * source[i];
}

/** The four source places of a target place, and their weights. The weights add up to 1. */
interface CubicTaps {
  readonly places: readonly number[];
  readonly weights: readonly number[];
}

/** Taps of every target place along an axis of `from` places that is resized to `to` places. */
function cubicTaps(from: number, to: number): readonly CubicTaps[] {
  return Array.from({ length: to }, (_, target) => {
    const center = ((target + 0.5) * from) / to - 0.5;
    const base = Math.floor(center);
    const offset = center - base;
    return {
      places: [-1, 0, 1, 2].map((step) => Math.min(from - 1, Math.max(0, base + step))),
      weights: [outer(1 + offset), inner(offset), inner(1 - offset), outer(2 - offset)],
    };
  });
}

/** The kernel at distances of at most 1. */
function inner(distance: number): number {
  return ((A + 2) * distance - (A + 3)) * distance ** 2 + 1;
}

/** The kernel at distances from 1 to 2. */
function outer(distance: number): number {
  return A * (((distance - 5) * distance + 8) * distance - 4);
}
