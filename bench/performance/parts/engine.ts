import { availableParallelism } from 'node:os';
import { requireCase, USUAL_CASES } from '#bench/encoder/cases.ts';
import { race, total } from '#bench/encoder/race.ts';
import { median } from '#bench/median.ts';
import type { Figure, Measured } from '#bench/performance/figures.ts';
import { plainProductGflops } from '#bench/performance/machine.ts';
import { encoderBackwardFlops, encoderForwardFlops } from '#shared/workload/operation-count.ts';

/** Steps of each contestant in each case. */
const STEPS = 5;

/** A step of the engine, forward and backward to the LoRA gradients, beside the same step in PyTorch. */
export async function measureEngine(): Promise<Measured> {
  const settings = { threads: availableParallelism(), provider: 'cpu', runTokens: undefined };
  const most = await plainProductGflops();
  const figures: Figure[] = [];
  const lines: string[] = [];
  for (const name of USUAL_CASES) {
    const { config, batch, tokens } = requireCase(name);
    const measures = await race(['onnx', 'pytorch'], name, settings, { steps: STEPS });
    const own = measures.get('onnx');
    if (own === undefined) continue;
    const ms = median(own.map(total));
    const extent = { sequences: batch, tokens };
    const gflops = (encoderForwardFlops(config, extent) + encoderBackwardFlops(config, extent)) / ms / 1e6;
    const peer = measures.get('pytorch');
    if (peer !== undefined) {
      const ratio = median(own.map((one, step) => peer[step].processorMs / one.processorMs));
      lines.push(`${name}: in processor time of all threads the ratio is ${ratio.toFixed(2)}.`);
    }
    figures.push({
      task: `${name}: ${batch} sequences of ${tokens} tokens`,
      value: ms,
      unit: 'ms',
      ...(peer === undefined
        ? {}
        : {
            peer: { name: 'PyTorch', value: median(peer.map(total)) },
            ratio: median(own.map((one, step) => total(peer[step]) / total(one))),
          }),
      target: { bound: 'at least', value: 1 },
      limit: `${gflops.toFixed(0)} of ${most.toFixed(0)} GFLOP/s, ${((100 * gflops) / most).toFixed(0)} %`,
    });
  }
  return { figures, lines };
}
