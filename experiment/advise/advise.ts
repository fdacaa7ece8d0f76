import { InfeasibleError } from '#shared/errors.ts';
import { ADVICE_VERSION, type Advice } from '#shared/protocol/advice-result.ts';
import { labelOf, type StudyPoint } from '#study/points/points.ts';
import { pointNames } from '#study/report/point-names.ts';
import { advisePoint, type TurnedKnob, turn } from './advise-point.ts';
import type { Knob } from './knob.ts';
import { modelCases } from './model-cases.ts';

export interface AdviseOptions {
  /** Seeds of each point, for intervals. */
  readonly seeds: number;
  readonly threads: number;
  readonly knobs: readonly Knob[];
  readonly signal?: AbortSignal;
  /** Called after each modelled run, with the number of finished and of all runs. */
  readonly onRun?: (done: number, all: number) => void;
}

/** A point, unchanged or with one change, to be modelled with every seed. */
interface Case {
  readonly point: StudyPoint;
  /** Undefined for the unchanged point. */
  readonly turned: TurnedKnob | undefined;
}

/**
 * Models each point unchanged and with each knob applied alone, and ranks the changes by time and by dollars
 * saved. The same seeds are used throughout, so points differ by the change alone.
 *
 * @throws InfeasibleError if an unchanged point cannot be modelled
 */
export async function advise(points: readonly StudyPoint[], options: AdviseOptions): Promise<Advice> {
  const { seeds, knobs, threads, signal, onRun = () => {} } = options;
  const cases = points.flatMap((point): Case[] => [
    { point, turned: undefined },
    ...knobs.flatMap((knob): Case[] => {
      const turned = turn(knob, point.settings);
      return turned === undefined ? [] : [{ point, turned }];
    }),
  ]);
  const figures = await modelCases(
    cases.map(({ point, turned }) => {
      const settings = turned?.settings ?? point.settings;
      const isOwn = settings.scheduling.policy === point.settings.scheduling.policy;
      const { policy, channel } = point.plugins;
      return { settings, plugins: { policy: isOwn ? policy : undefined, channel } };
    }),
    { seeds, threads, signal, onRun },
  );
  const names = pointNames(points);
  return {
    format: 'airtune-advice',
    version: ADVICE_VERSION,
    seeds,
    points: points.map((point, place) => {
      const own = cases.flatMap((one, index) =>
        one.point === point ? [{ ...one, figures: figures[index] }] : [],
      );
      const before = own.find(({ turned }) => turned === undefined)?.figures;
      if (before === undefined) {
        throw new InfeasibleError('cannot be modelled as it is.', { subject: labelOf(point.varied) });
      }
      const after = own.flatMap(({ turned, figures: changed }) =>
        turned === undefined ? [] : [{ turned, figures: changed }],
      );
      return advisePoint(names[place], point.settings, before, after);
    }),
  };
}
