import { availableParallelism } from 'node:os';
import { FAMILY_CASES, requireCase, USUAL_CASES } from '#bench/encoder/cases.ts';
import { race, startContestants, total } from '#bench/encoder/race.ts';
import { median } from '#bench/median.ts';
import type { Figure, Measured } from '#bench/performance/figures.ts';
import { plainProductGflops } from '#bench/performance/machine.ts';
import { encoderBackwardFlops, encoderForwardFlops } from '#shared/workload/operation-count.ts';

/** Steps of each contestant in each case. */
const STEPS = 5;

/** A step of the onnx engine in BERT and ViT, beside the same step in PyTorch. */
export function measureEngine(): Promise<Measured> {
  return stepsBesidePyTorch(['onnx'], USUAL_CASES, 1, true);
}

/** A step of two engines in one model of each other form, beside the same step in PyTorch. */
export function measureFamilies(): Promise<Measured> {
  return stepsBesidePyTorch(['onnx', 'torch'], FAMILY_CASES, 0.95, false);
}

/**
 * A step, forward and backward to the LoRA gradients, of the engines and of PyTorch in turns.
 *
 * @param target Least ratio of PyTorch's time to the engine's.
 * @param withLimit Whether the machine's plain products are measured as well.
 */
async function stepsBesidePyTorch(
  engines: readonly string[],
  cases: readonly string[],
  target: number,
  withLimit: boolean,
): Promise<Measured> {
  const settings = { threads: availableParallelism(), provider: 'cpu' };
  const most = withLimit ? await plainProductGflops() : undefined;
  const figures: Figure[] = [];
  const lines: string[] = [];
  for (const name of cases) {
    const { batch, tokens } = requireCase(name);
    const contestants = await startContestants([...engines, 'pytorch'], name, settings);
    const measures = await race(contestants, { steps: STEPS });
    for (const contestant of contestants) contestant.stop();
    const peer = measures.get('pytorch');
    for (const engine of engines) {
      const own = measures.get(engine);
      if (own === undefined) continue;
      const subject = engines.length === 1 ? name : `${name}, engine ${engine}`;
      const ms = median(own.map(total));
      if (peer !== undefined) {
        const ratio = median(own.map((one, step) => peer[step].processorMs / one.processorMs));
        lines.push(`${subject}: in processor time of all threads the ratio is ${ratio.toFixed(2)}.`);
      }
      figures.push({
        task: `${subject}: ${batch} sequences of ${tokens} tokens`,
        value: ms,
        unit: 'ms',
        ...(peer === undefined
          ? {}
          : {
              peer: { name: 'PyTorch', value: median(peer.map(total)) },
              ratio: median(own.map((one, step) => total(peer[step]) / total(one))),
            }),
        target: { bound: 'at least', value: target },
        ...(most === undefined ? {} : { limit: shareOfLimit(name, ms, most) }),
      });
    }
  }
  return { figures, lines };
}

/** The operations of a step by its time, beside the most of the machine [GFLOP/s]. */
function shareOfLimit(name: string, ms: number, most: number): string {
  const { config, batch, tokens } = requireCase(name);
  const extent = { sequences: batch, tokens };
  const gflops = (encoderForwardFlops(config, extent) + encoderBackwardFlops(config, extent)) / ms / 1e6;
  return `${gflops.toFixed(0)} of ${most.toFixed(0)} GFLOP/s, ${((100 * gflops) / most).toFixed(0)} %`;
}
