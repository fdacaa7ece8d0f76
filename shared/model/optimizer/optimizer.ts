import { ModelError } from '#shared/errors.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { adamwStep, initialAdamwState } from './adamw.ts';
import type { OptimizerChoice, OptimizerSettings } from './settings.ts';
import { sgdStep } from './sgd.ts';

/**
 * Parameters and optimiser state after a step. Both are plain tensors, so a checkpoint stores them exactly.
 */
export interface OptimizerStep {
  readonly parameters: NamedTensors;
  readonly state: NamedTensors;
}

/** Optimiser state before the first step. That of a plug-in is empty. */
export function initialOptimizerState(settings: OptimizerChoice, parameters: NamedTensors): NamedTensors {
  if (typeof settings === 'string') return new Map();
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
 * Computes one optimiser step. Pure: the arguments are not changed.
 *
 * @throws {@link ModelError} naming a parameter without a gradient of the same shape.
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
