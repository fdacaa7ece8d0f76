/** Cosines and sines of rotary positions, [positions, width]. */
export interface RotaryTables {
  readonly cosines: Float32Array;
  /** Negative in the first half of the width. */
  readonly sines: Float32Array;
}

/**
 * Tables of rotary positions. Value i of a head of width d, and value i + d/2, form a pair, which is rotated
 * by the angle position * base^(-2i/d). As in transformers, frequencies and angles are rounded to single
 * precision.
 */
export function rotaryTables(base: number, width: number, positions: Int32Array): RotaryTables {
  const half = width / 2;
  const frequencies = Float32Array.from({ length: half }, (_, i) => 1 / base ** ((2 * i) / width));
  const cosines = new Float32Array(positions.length * width);
  const sines = new Float32Array(positions.length * width);
  positions.forEach((position, row) => {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * frequencies[i]);
      const place = row * width + i;
      cosines[place] = cosines[place + half] = Math.cos(angle);
      sines[place + half] = Math.sin(angle);
      sines[place] = -sines[place + half];
    }
  });
  return { cosines, sines };
}
