import type { Tensor } from '#shared/model/tensor.ts';

/** Euclidean length of each row of a matrix [rows, columns], in double precision. */
export function rowNorms({ shape: [rows, columns], data }: Tensor): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let squares = 0;
    for (let at = row * columns; at < (row + 1) * columns; at++) squares += data[at] ** 2;
    return Math.sqrt(squares);
  });
}
