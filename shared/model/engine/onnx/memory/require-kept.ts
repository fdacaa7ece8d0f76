import { ModelError } from '#shared/errors.ts';
import { requireShape, type Tensor } from '#shared/model/tensor.ts';

/**
 * Checks that a pass can run backward.
 *
 * @throws {@link ModelError} if the pass was released, or for a gradient of another shape than its features.
 */
export function requireKept(isReleased: boolean, featureGradient: Tensor, features: Tensor): void {
  if (isReleased) throw new ModelError('was released before its backward pass.', { subject: 'forward pass' });
  requireShape('feature gradient', featureGradient, features.shape);
}
