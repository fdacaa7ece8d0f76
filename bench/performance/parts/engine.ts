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
  return stepsBesidePyTorch({ onnx: 1 }, USUAL_CASES, true);
}

/** A step of two engines in one model of each other form, beside the same step in PyTorch. */
export function measureFamilies(): Promise<Measured> {
  // The torch engine sends embeddings and gradients to another process, which costs most in small steps.
  return stepsBesidePyTorch({ onnx: 0.95, torch: 0.9 }, FAMILY_CASES, false);
}

/**
 * A step, forward and backward to the LoRA gradients, of the engines and of PyTorch in turns.
 *
 * @param targets The engines, each with the least ratio of PyTorch's time to its own.
 * @param withLimit Whether the machine's plain products are measured as well.
 */
async function stepsBesidePyTorch(
  targets: Readonly<Record<string, number>>,
  cases: readonly string[],
  withLimit: boolean,
): Promise<Measured> {
  const engines = Object.keys(targets);
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
        target: { bound: 'at least', value: targets[engine] },
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
