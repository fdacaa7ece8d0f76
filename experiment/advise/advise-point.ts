import { BOOTSTRAP_SEED } from '#experiment/output/summarise.ts';
import { bootstrapMean, meanOf } from '#experiment/statistics/bootstrap.ts';
import { mergeSettings, type RawSettings, settingsAt, valueAt } from '#shared/config/merge-settings.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { ConfigError } from '#shared/errors.ts';
import type { AdvisedChange, AdvisedPoint } from '#shared/protocol/advice-result.ts';
import type { Estimate } from '#shared/protocol/experiment-result.ts';
import { type StudySettings, studySchema } from '#study/settings/study-schema.ts';
import { changeSentence } from './change-sentence.ts';
import type { Knob } from './knob.ts';
import type { PointFigures } from './point-figures.ts';

/** A change of a point's settings by one knob. */
export interface TurnedKnob {
  readonly knob: Knob;
  readonly settings: StudySettings;
  readonly changed: Readonly<Record<string, unknown>>;
}

/**
 * Largest relative change of the number of devices that answer in a round for which that number counts as
 * equal.
 */
const SAME_DEVICES = 0.01;

/**
 * Applies a knob to settings. Returns undefined if it changes nothing or if the changed settings are not
 * valid.
 */
export function turn(knob: Knob, settings: StudySettings): TurnedKnob | undefined {
  const changed = knob.change(settings);
  if (changed === undefined) return undefined;
  const raw = Object.entries(changed).reduce<RawSettings>(
    (before, [path, value]) => mergeSettings(before, settingsAt(path, value)),
    settings,
  );
  try {
    return { knob, changed, settings: parseStrict(studySchema, raw, knob.name) };
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/**
 * The effect of each change of a point. All runs of one seed have the same channel and the same random times,
 * so differences are paired by seed.
 *
 * @param before figures of the point as it is, one entry for each seed
 * @param after figures with each change, in the same order of seeds; undefined where it cannot be modelled
 */
export function advisePoint(
  label: string,
  settings: StudySettings,
  before: readonly PointFigures[],
  after: readonly { readonly turned: TurnedKnob; readonly figures: readonly PointFigures[] | undefined }[],
): AdvisedPoint {
  const answered = meanOf(before.map(({ answeredPerRound }) => answeredPerRound));
  const changes = after.flatMap(({ turned, figures }): AdvisedChange[] => {
    if (figures === undefined) return [];
    const saved = (value: (figures: PointFigures) => number) =>
      bootstrapMean(
        before.map((one, index) => value(one) - value(figures[index])),
        BOOTSTRAP_SEED,
      );
    const answeredPerRound = meanOf(figures.map((one) => one.answeredPerRound));
    const sameLearning =
      turned.knob.altersLearning === undefined &&
      Math.abs(answeredPerRound - answered) <= SAME_DEVICES * answered;
    const change = {
      knob: turned.knob.name,
      settings: Object.entries(turned.changed).map(([path, to]) => ({
        path,
        from: valueAt(settings, path) ?? null,
        to,
      })),
      savedSecondsPerRound: saved(({ secondsPerRound }) => secondsPerRound),
      savedUsdPerRound: saved(({ usdPerRound }) => usdPerRound),
      answeredPerRound,
      sameLearning,
    };
    const sentence = changeSentence(turned.knob, settings, change, {
      secondsPerRound: meanOf(before.map(({ secondsPerRound }) => secondsPerRound)),
      usdPerRound: meanOf(before.map(({ usdPerRound }) => usdPerRound)),
      answeredPerRound: answered,
    });
    return [{ ...change, sentence }];
  });
  const ranked = (saved: (change: AdvisedChange) => Estimate): string[] =>
    changes
      .filter((change) => change.sameLearning && isSaving(saved(change)))
      .toSorted((left, right) => saved(right).mean - saved(left).mean)
      .map(({ knob }) => knob);
  return {
    label,
    secondsPerRound: bootstrapMean(
      before.map(({ secondsPerRound }) => secondsPerRound),
      BOOTSTRAP_SEED,
    ),
    usdPerRound: bootstrapMean(
      before.map(({ usdPerRound }) => usdPerRound),
      BOOTSTRAP_SEED,
    ),
    answeredPerRound: answered,
    changes,
    byTime: ranked(({ savedSecondsPerRound }) => savedSecondsPerRound),
    byDollars: ranked(({ savedUsdPerRound }) => savedUsdPerRound),
  };
}

/** Whether a saving is above 0 with its whole interval. */
export function isSaving({ mean, low }: Estimate): boolean {
  return (low ?? mean) > 0;
}
