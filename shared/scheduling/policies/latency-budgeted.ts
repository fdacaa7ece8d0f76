import { bandwidthUntil, finishTogether, radioSeconds } from '#shared/scheduling/context/finish-together.ts';
import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { participationFactor } from '#shared/scheduling/convergence-bound.ts';
import { NOBODY, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Joint scheduling and resource allocation for latency constrained federated learning (Shi, Zhou, Niu, Jiang
 * and Geng, IEEE Trans. Wireless Commun. 20(1), 2021, the paper's [27]). The band is split so that computing
 * and radio of all devices end at the same time, c_n + L/R_n(B_n) = T. The device that adds the least to T is
 * added until the time to a given accuracy, rounds times T, would rise. The number of rounds is assumed to be
 * in proportion to 1 + phi(|S|), with phi the term of Theorem 1; the bound of the original has other
 * constants. Ignores the average delay.
 */
export const latencyBudgeted: SchedulingPolicy = {
  summary:
    'adds the cheapest device until rounds needed times duration rises; computing and radio end together',
  needs: ['computeSeconds'],
  allocate(round, context) {
    const { problem, ranked, minimumDevices } = round;
    const { count } = ranked;
    const compute = requireFact('latency-budgeted', context, 'computeSeconds', count);
    const left = new Set(Array.from({ length: count }, (_, device) => device));
    const cost = (size: number, seconds: number) => (1 + participationFactor(size, count)) * seconds;
    let selected: readonly number[] = [];
    let end = finishTogether(problem, selected, compute);
    while (left.size > 0) {
      // The first device is the one that finishes earliest with the whole band.
      const cheapest = cheapestOf(left, (device) =>
        selected.length === 0
          ? finishTogether(problem, [device], compute).endSeconds
          : bandwidthUntil(problem, device, end.endSeconds, compute[device]),
      );
      const larger = [...selected, cheapest];
      const next = finishTogether(problem, larger, compute);
      const rises =
        selected.length > 0 && cost(larger.length, next.endSeconds) > cost(selected.length, end.endSeconds);
      if (rises && selected.length >= minimumDevices) break;
      selected = larger;
      end = next;
      left.delete(cheapest);
    }
    if (selected.length === 0) return NOBODY;
    const order = selected.map((_, index) => index).sort((a, b) => selected[a] - selected[b]);
    return {
      selected: order.map((index) => selected[index]),
      delaySeconds: radioSeconds(
        end,
        selected.map((device) => compute[device]),
      ),
      bandwidthHz: Float64Array.from(order, (index) => end.bandwidthHz[index]),
    };
  },
};

function cheapestOf(devices: ReadonlySet<number>, price: (device: number) => number): number {
  let best = Number.NaN;
  let least = Number.POSITIVE_INFINITY;
  for (const device of devices) {
    const asked = price(device);
    if (Number.isNaN(best) || asked < least) {
      best = device;
      least = asked;
    }
  }
  return best;
}
