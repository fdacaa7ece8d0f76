import type { Groups } from '#shared/data/labelled/collect-labelled.ts';
import { sortedNames } from '#shared/data/labelled/name-index.ts';
import { ConfigError } from '#shared/errors.ts';

/**
 * Partitions examples by the values of a column: a natural federation, in which each device has the rows of
 * one value. If there are more values than devices, those with the most rows become devices (of equal ones
 * the first in order), and the rows of the others are left out.
 *
 * @param column Name of the column, for errors.
 * @returns Example indices of each device in ascending order; devices are in the order of their values.
 * @throws ConfigError when there are fewer values than devices.
 */
export function partitionByGroup(
  { names, ofRow }: Groups,
  column: string,
  deviceCount: number,
): readonly Int32Array[] {
  const rows: number[][] = names.map(() => []);
  ofRow.forEach((group, row) => {
    rows[group].push(row);
  });
  // Values that only rows outside the training set have are no devices.
  const present = names.filter((_, group) => rows[group].length > 0);
  if (present.length < deviceCount) {
    throw new ConfigError(
      `the column ${column} has ${present.length} values in the training rows, too few for ${deviceCount} devices.`,
      { subject: 'training.devices', remedy: `Use --devices ${present.length}, or fewer.` },
    );
  }
  const groupOf = new Map(names.map((name, group) => [name, group]));
  const inOrder = sortedNames(present).map((name) => rows[groupOf.get(name) ?? 0]);
  const largest = new Set(
    inOrder.toSorted((left, right) => right.length - left.length).slice(0, deviceCount),
  );
  return inOrder.filter((group) => largest.has(group)).map((group) => Int32Array.from(group));
}
