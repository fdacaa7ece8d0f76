import { isRawSettings, type RawSettings } from '#shared/config/merge-settings.ts';

/** Settings that may differ, because they do not change the accuracy of a model by rounds. */
const FREE: ReadonlySet<string> = new Set([
  'seed',
  'training.rounds',
  'training.graceSeconds',
  'data.meanTokens',
  // A curve of the same policy is chosen if there is one.
  'scheduling.policy',
]);

/**
 * Settings in which a real run differs from a study that uses its learning curve, such as
 * `channel.bandwidthHz (run 20000000, study 100000000)`. The run's accuracy by rounds is valid for the study
 * only if these settings do not affect it.
 *
 * @param run the run's settings in the form of a study
 * @param study complete settings of the study
 * @param swept paths that the study varies
 */
export function curveDifferences(
  run: RawSettings,
  study: RawSettings,
  swept: readonly string[],
): readonly string[] {
  const own = leavesOf(study, '');
  return [...leavesOf(run, '')].flatMap(([path, value]) => {
    const isSwept = swept.some((one) => path === one || path.startsWith(`${one}.`));
    const [here, there] = [own.get(path), value].map((one) => JSON.stringify(one));
    if (FREE.has(path) || isSwept || here === there || value === undefined) return [];
    return [`${path} (run ${there}, study ${here ?? 'none'})`];
  });
}

function leavesOf(settings: RawSettings, prefix: string): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(settings).flatMap(([key, value]): (readonly [string, unknown])[] =>
      isRawSettings(value) ? [...leavesOf(value, `${prefix}${key}.`)] : [[`${prefix}${key}`, value]],
    ),
  );
}
