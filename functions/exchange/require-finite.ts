import { DivergedError, type DivergedPart } from '#shared/errors.ts';
import { firstNotFinite } from '#shared/model/first-not-finite.ts';

/**
 * Checks that a loss is finite.
 *
 * @param name Names the loss, for example `the training loss of device 3`.
 * @param part Part of the model that has diverged if the loss is not finite, if that is known.
 * @throws DivergedError when the loss is not finite.
 */
export function requireFiniteLoss(name: string, loss: number, part?: DivergedPart): void {
  if (!Number.isFinite(loss)) throw new DivergedError(`${name} is not finite (${loss}).`, { part });
}

/**
 * Checks that all values are finite.
 *
 * @param name Names the values, for example `the features for the loss of device 3`.
 * @param part Part of the model that has diverged if a value is not finite.
 * @throws DivergedError when a value is not finite.
 */
export function requireFiniteValues(name: string, values: Float32Array, part: DivergedPart): void {
  const index = firstNotFinite(values);
  if (index >= 0) throw new DivergedError(`${name} are not finite (${values[index]}).`, { part });
}
