import type { Tensor } from '../../tensor.ts';

/**
 * Copies a block of a tensor: the target's shape, from the source's position `start` on along each axis. Both are row-major
 * and of the same rank.
 */
export function copyBlock(source: Tensor, start: readonly number[], target: Tensor): void {
  const { outerAxes, runLength } = contiguousRun(source.shape, target.shape);
  const strides = rowMajorStrides(source.shape);
  const position = start.map(() => 0);
  const first = start.reduce((offset, index, axis) => offset + index * strides[axis], 0);
  for (let written = 0; written < target.data.length; written += runLength) {
    let offset = first;
    for (let axis = 0; axis < outerAxes; axis++) offset += position[axis] * strides[axis];
    target.data.set(source.data.subarray(offset, offset + runLength), written);
    advance(position, target.shape, outerAxes);
  }
}

/** Values that lie side by side in both: the last axes up to, and with, the first on which they differ. */
function contiguousRun(source: readonly number[], target: readonly number[]) {
  let outerAxes = target.length;
  let runLength = 1;
  while (outerAxes > 0) {
    outerAxes -= 1;
    runLength *= target[outerAxes];
    if (source[outerAxes] !== target[outerAxes]) break;
  }
  return { outerAxes, runLength };
}

function rowMajorStrides(shape: readonly number[]): readonly number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** Counts a position up, the last of the axes first. */
function advance(position: number[], shape: readonly number[], axes: number): void {
  for (let axis = axes - 1; axis >= 0; axis--) {
    position[axis] += 1;
    if (position[axis] < shape[axis]) return;
    position[axis] = 0;
  }
}
