import { defineOptimizer } from 'airtune/plugins';

/** Stochastic gradient descent with momentum: m = beta m + g, p = p - learningRate m. */
export default defineOptimizer({
  interfaceVersion: 1,
  name: 'server-momentum',
  settings: (zod) =>
    zod.object({
      learningRate: zod.number().positive().default(0.1),
      beta: zod.number().min(0).lt(1).default(0.9),
    }),
  update({ parameters, gradients, state, scheduleFactor }, { learningRate, beta }) {
    const next: Record<string, Float32Array> = {};
    const momentum: Record<string, Float32Array> = {};
    for (const [name, values] of Object.entries(parameters)) {
      const before = state[name] ?? new Float32Array(values.length);
      const moved = before.map((value, index) => beta * value + gradients[name][index]);
      momentum[name] = moved;
      next[name] = values.map((value, index) => value - learningRate * scheduleFactor * moved[index]);
    }
    return { parameters: next, state: momentum };
  },
});
