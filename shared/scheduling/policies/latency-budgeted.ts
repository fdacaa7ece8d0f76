import { CheapestDevice } from '#shared/scheduling/context/cheapest-device.ts';
import { finishTogether, radioSeconds } from '#shared/scheduling/context/finish-together.ts';
import { requireFact } from '#shared/scheduling/context/round-context.ts';
import { participationFactor } from '#shared/scheduling/convergence-bound.ts';
import { NOBODY, type SchedulingPolicy } from './scheduling-policy.ts';

/**
 * Joint scheduling and resource allocation for latency constrained federated learning (Shi, Zhou, Niu, Jiang
 * and Geng, IEEE Trans. Wireless Commun. 20(1), 2021, reference [27] of the paper). The band is split so that
 * computing and radio of all devices end at the same time, c_n + L/R_n(B_n) = T. Devices are added one after
 * the other, each time the one that needs the least bandwidth to end by T, until the time to a given
 * accuracy, rounds times T, would rise. The number of rounds is assumed to be in proportion to 1 + phi(|S|),
 * with phi the term of Theorem 1; the bound of the original has other constants. The policy ignores the
 * average delay.
 */
export const latencyBudgeted: SchedulingPolicy = {
  summary:
    'adds the cheapest device until the needed rounds times their duration rise; computing and radio end together',
  needs: ['computeSeconds'],
  allocate(round, context) {
    const { problem, ranked, minimumDevices } = round;
    const { count } = ranked;
    const compute = requireFact('latency-budgeted', context, 'computeSeconds', count);
    const cost = (size: number, seconds: number) => (1 + participationFactor(size, count)) * seconds;
    const candidates = new CheapestDevice(problem, compute);
    let selected: readonly number[] = [];
    let end = finishTogether(problem, selected, compute);
    while (selected.length < count) {
      const cheapest = candidates.next(selected.length === 0 ? undefined : end.endSeconds);
      const larger = [...selected, cheapest];
      const next = finishTogether(problem, larger, compute);
      const rises =
        selected.length > 0 && cost(larger.length, next.endSeconds) > cost(selected.length, end.endSeconds);
      if (rises && selected.length >= minimumDevices) break;
      selected = larger;
      end = next;
      candidates.remove(cheapest);
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
