import { ModelError } from '#shared/errors.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { adamwStep, initialAdamwState } from './adamw.ts';
import type { OptimizerSettings } from './settings.ts';
import { sgdStep } from './sgd.ts';

/** Parameters and optimiser state after a step; both are plain tensors, so that a checkpoint keeps every bit. */
export interface OptimizerStep {
  readonly parameters: NamedTensors;
  readonly state: NamedTensors;
}

/** The optimiser's state before its first step. */
export function initialOptimizerState(settings: OptimizerSettings, parameters: NamedTensors): NamedTensors {
  switch (settings.kind) {
    case 'sgd':
      return new Map();
    case 'adamw':
      return initialAdamwState(parameters);
  }
}

function requireGradients(parameters: NamedTensors, gradients: NamedTensors): void {
  for (const [name, { data }] of parameters) {
    if (gradients.get(name)?.data.length !== data.length) {
      throw new ModelError('has no gradient of its shape.', { subject: `tensor ${name}` });
    }
  }
}

/**
 * One optimiser step. Pure: nothing given is changed.
 *
 * @throws {@link ModelError} naming the parameter that has no gradient of its shape.
 */
export function optimizerStep(
  settings: OptimizerSettings,
  parameters: NamedTensors,
  gradients: NamedTensors,
  state: NamedTensors,
): OptimizerStep {
  requireGradients(parameters, gradients);
  switch (settings.kind) {
    case 'sgd':
      return { parameters: sgdStep(settings, parameters, gradients), state };
    case 'adamw':
      return adamwStep(settings, parameters, gradients, state);
  }
}
