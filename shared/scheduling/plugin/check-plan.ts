import * as z from 'zod';
import { gammaOfDevice } from '#shared/channel/radio-channel.ts';
import { rateNatsPerSecond } from '#shared/channel/rate.ts';
import { PluginError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { isReturnedRecord, returnedNumbers, returnedText } from '#shared/plugins/returned-numbers.ts';
import { splitBand } from '#shared/scheduling/minimum-delay.ts';
import type { Allocation } from '#shared/scheduling/round-plan.ts';
import { payloadNats, type RoundProblem } from '#shared/scheduling/round-problem.ts';

/** A plug-in's plan, checked and complete. */
export interface PluginAllocation extends Allocation {
  /** Plain JSON for the next round; undefined if the plug-in returned none. */
  readonly state: PolicyState | undefined;
}

const policyState = z.json();
export type PolicyState = z.output<typeof policyState>;

/** The state is part of each round's commit, so it must not grow with the rounds. */
const MOST_STATE_CHARACTERS = 256 * 1024;

/** Fraction of the band by which a sum of bandwidths may exceed it, for rounding. */
const ROUNDING = 1e-9;

const KEYS = ['selected', 'bandwidthHz', 'weights', 'state'];

/**
 * Checks the plan that a policy plug-in returned for a round, and completes it: sorts the devices, splits the
 * band if the plan does not, and adds the delay.
 *
 * @param subject the plug-in and the round, for errors
 * @throws PluginError naming the first value that cannot be used
 */
export function checkPlan(returned: unknown, problem: RoundProblem, subject: string): PluginAllocation {
  const fail = (message: string, remedy?: string): never => {
    throw new PluginError(message, { subject, ...(remedy === undefined ? {} : { remedy }) });
  };
  if (!isReturnedRecord(returned)) {
    return fail(`returned ${returnedText(returned)}.`, 'Return { selected: [...] }.');
  }
  const unknown = Object.keys(returned).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, KEYS);
    fail(
      `returned ${unknown}, which is no part of a plan.`,
      nearest === undefined ? `A plan has ${KEYS.join(', ')}.` : `Did you mean ${nearest}?`,
    );
  }
  const count = problem.channelGain.length;
  const given = returnedNumbers(returned.selected);
  if (given === undefined)
    return fail(`returned selected ${returnedText(returned.selected)}.`, 'Return a list of device indices.');
  const seen = new Set<number>();
  for (const device of given) {
    if (!(Number.isInteger(device) && device >= 0 && device < count)) {
      fail(`scheduled device ${device}; devices are numbered 0 to ${count - 1}.`);
    }
    if (seen.has(device)) fail(`scheduled device ${device} twice.`);
    seen.add(device);
  }
  const fewest = problem.minimumDevices ?? 0;
  if (given.length < fewest) {
    fail(`scheduled ${given.length} devices; minimumDevices is ${fewest}.`);
  }
  const column = (name: 'bandwidthHz' | 'weights'): readonly number[] | undefined => {
    const value = returned[name];
    if (value === undefined || value === null) return undefined;
    const numbers = returnedNumbers(value);
    if (numbers?.length !== given.length) {
      return fail(
        `returned ${name} ${returnedText(value)} for ${given.length} devices.`,
        'Return one number for each entry of selected, in its order.',
      );
    }
    const wrong = numbers.findIndex((number) => !(number > 0 && Number.isFinite(number)));
    if (wrong >= 0)
      fail(`gave device ${given[wrong]} ${name} ${numbers[wrong]}; it must be finite and above 0.`);
    return numbers;
  };
  const order = given.map((_, index) => index).sort((left, right) => given[left] - given[right]);
  // The absolute value makes -0 a 0.
  const selected = order.map((index) => Math.abs(given[index]));
  const weights = column('weights');
  const bandwidthHz = column('bandwidthHz');
  const sumHz = bandwidthHz?.reduce((sum, hertz) => sum + hertz, 0) ?? 0;
  if (sumHz > problem.bandwidthHz * (1 + ROUNDING)) {
    fail(`gave out ${sumHz} Hz of a band of ${problem.bandwidthHz} Hz.`);
  }
  const split =
    bandwidthHz === undefined
      ? splitBand(problem, selected)
      : withDelay(
          problem,
          selected,
          Float64Array.from(order, (index) => bandwidthHz[index]),
        );
  return {
    selected,
    ...split,
    ...(weights === undefined ? {} : { weights: order.map((index) => weights[index]) }),
    state: stateOf(returned.state, fail),
  };
}

function withDelay(problem: RoundProblem, selected: readonly number[], bandwidthHz: Float64Array) {
  const nats = payloadNats(problem);
  const delaySeconds = selected.reduce(
    (longest, device, index) =>
      Math.max(longest, nats / rateNatsPerSecond(bandwidthHz[index], gammaOfDevice(problem, device))),
    0,
  );
  return { delaySeconds, bandwidthHz };
}

function stateOf(given: unknown, fail: (message: string, remedy?: string) => never): PolicyState | undefined {
  if (given === undefined) return undefined;
  const parsed = policyState.safeParse(given);
  if (!parsed.success)
    return fail('returned a state that is not plain JSON.', 'Use finite numbers, texts, lists and objects.');
  const characters = JSON.stringify(parsed.data).length;
  if (characters > MOST_STATE_CHARACTERS) {
    return fail(
      `returned a state of ${characters} characters; at most ${MOST_STATE_CHARACTERS} are allowed.`,
      'Return only values that the next round needs.',
    );
  }
  return parsed.data;
}
