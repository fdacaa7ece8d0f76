import { type ControlSummary, describePossible } from '#shared/scheduling/control/control-summary.ts';

/**
 * Rows of a run's closing table on devices and delay: means, round 1 separately, and the clairvoyant bound.
 */
export function controlRows(
  summary: ControlSummary,
  devices: number,
  meanAnswered: number,
): readonly (readonly [string, string])[] {
  const { meanDevices, meanDelaySeconds, budgetSeconds, firstDevices, firstDelaySeconds } = summary;
  const answered =
    meanAnswered === meanDevices ? '' : `, ${meanAnswered.toFixed(2)} of which answered in time`;
  return [
    ['scheduled', `${describePossible(summary)}${answered}`],
    ['  in round 1', `${firstDevices} of ${devices} devices`],
    [
      'radio delay a round',
      `${meanDelaySeconds.toFixed(4)} s (budget: ${budgetSeconds.toFixed(4)} s, round 1: ${firstDelaySeconds.toFixed(4)} s)`,
    ],
  ];
}
