/** Copies rows [members, width] out of a tensor [batch, width]. */
export function gatherRows(data: Float32Array, width: number, members: readonly number[]): Float32Array {
  const rows = new Float32Array(members.length * width);
  members.forEach((member, row) => {
    rows.set(data.subarray(member * width, (member + 1) * width), row * width);
  });
  return rows;
}

/** Copies rows [members, width] to their positions in a tensor [batch, width]. */
export function scatterRows(
  rows: Float32Array,
  width: number,
  members: readonly number[],
  target: Float32Array,
): void {
  members.forEach((member, row) => {
    target.set(rows.subarray(row * width, (row + 1) * width), member * width);
  });
}
