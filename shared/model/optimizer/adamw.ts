import { requireTensor } from '#shared/model/named-tensor.ts';
import { type NamedTensors, type Tensor, zeros } from '#shared/model/tensor.ts';
import type { OptimizerSettings } from './settings.ts';

type AdamwSettings = Extract<OptimizerSettings, { readonly kind: 'adamw' }>;

/** Number of steps so far, [1]. Integers are exact in 32-bit floats up to 16,777,216. */
const STEP = 'step';
const firstMoment = (name: string) => `exp_avg.${name}`;
const secondMoment = (name: string) => `exp_avg_sq.${name}`;

export function initialAdamwState(parameters: NamedTensors): NamedTensors {
  const moments = [...parameters].flatMap(([name, { shape }]): [string, Tensor][] => [
    [firstMoment(name), zeros(shape)],
    [secondMoment(name), zeros(shape)],
  ]);
  return new Map([[STEP, zeros([1])], ...moments]);
}

/**
 * One step of `torch.optim.AdamW` (Loshchilov and Hutter, decoupled weight decay), computed in double
 * precision and rounded once per value:
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
 *     p = p (1 - learningRate weightDecay)
 *         - learningRate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 */
export function adamwStep(
  settings: AdamwSettings,
  parameters: NamedTensors,
  gradients: NamedTensors,
  state: NamedTensors,
): { readonly parameters: NamedTensors; readonly state: NamedTensors } {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = settings;
  const step = requireTensor(state, STEP).data[0] + 1;
  const stepSize = learningRate / (1 - beta1 ** step);
  const rootCorrection = Math.sqrt(1 - beta2 ** step);
  const keep = 1 - learningRate * weightDecay;

  const updated = new Map<string, Tensor>();
  const nextState = new Map<string, Tensor>([[STEP, { shape: [1], data: Float32Array.of(step) }]]);
  for (const [name, { shape, data }] of parameters) {
    const gradient = requireTensor(gradients, name).data;
    const first = requireTensor(state, firstMoment(name)).data;
    const second = requireTensor(state, secondMoment(name)).data;
    const [m, v, next] = [first.slice(), second.slice(), data.slice()];
    for (let i = 0; i < next.length; i++) {
      m[i] = beta1 * first[i] + (1 - beta1) * gradient[i];
      v[i] = beta2 * second[i] + (1 - beta2) * gradient[i] ** 2;
      next[i] = keep * data[i] - (stepSize * m[i]) / (Math.sqrt(v[i]) / rootCorrection + epsilon);
    }
    updated.set(name, { shape, data: next });
    nextState.set(firstMoment(name), { shape, data: m });
    nextState.set(secondMoment(name), { shape, data: v });
  }
  return { parameters: updated, state: nextState };
}
