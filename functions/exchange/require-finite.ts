import { DivergedError } from '#shared/errors.ts';

/**
 * Checks that a loss is finite.
 *
 * @param name Names the loss, for example `the training loss of device 3`.
 * @throws DivergedError when the loss is not finite.
 */
export function requireFiniteLoss(name: string, loss: number): void {
  if (!Number.isFinite(loss)) throw new DivergedError(`${name} is not finite (${loss}).`);
}

/**
 * Checks that all values are finite.
 *
 * @param name Names the values, for example `the features for the loss of device 3`.
 * @throws DivergedError when a value is not finite.
 */
export function requireFiniteValues(name: string, values: Float32Array): void {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new DivergedError(`${name} are not finite (${bad}).`);
}
