import type { Figure, LinePoint, LineSeries, LinesFigure, Quantity, XAxis } from '#report/content/figures.ts';
import type { ReportedRound, ReportedRun } from './reported-run.ts';

/** A round with its positions on the x axes: sums of time, cost and energy up to its end. */
interface Placed {
  readonly round: ReportedRound;
  readonly x: LinePoint['x'];
}

/** The rounds with their positions on each x axis: round, time, cost where it is known, energy. */
export function placedRounds({ rounds, usdPerRound }: ReportedRun): readonly Placed[] {
  let seconds = 0;
  let joules = 0;
  return rounds.map((round, index) => {
    seconds += round.roundSeconds;
    joules += round.joules;
    const dollars = usdPerRound === undefined ? [] : [usdPerRound * (index + 1)];
    return { round, x: [round.round, seconds, ...dollars, joules] };
  });
}

/** Makes line charts over the run's x axes. */
export type Lines = (
  head: { readonly id: string; readonly title: string; readonly note: string; readonly wide?: boolean },
  y: Quantity,
  series: readonly {
    readonly name: string;
    readonly reference?: boolean;
    value(round: ReportedRound): number | null | undefined;
  }[],
  references?: LinesFigure['references'],
) => readonly Figure[];

/** Makes the function that draws values of the rounds over the run's x axes. */
export function linesOver({ virtualTime, usdPerRound }: ReportedRun, placed: readonly Placed[]): Lines {
  const x: readonly [XAxis, ...XAxis[]] = [
    { id: 'rounds', name: 'round', unit: '' },
    { id: 'seconds', name: virtualTime ? 'virtual time' : 'time', unit: 's', scale: 'linear' },
    ...(usdPerRound === undefined
      ? []
      : [{ id: 'dollars', name: 'cost so far', unit: 'USD', scale: 'linear' } as const]),
    { id: 'joules', name: 'energy of the devices so far', unit: 'J', scale: 'linear' },
  ];
  return (head, y, series, references = []) => {
    const lines = series
      .map(
        ({ name, reference = false, value }): LineSeries => ({
          name,
          reference,
          points: placed.flatMap((place): LinePoint[] => {
            const found = value(place.round);
            return found === null || found === undefined ? [] : [{ x: place.x, y: found }];
          }),
        }),
      )
      .filter(({ points }) => points.length > 0);
    return lines.length === 0 ? [] : [{ kind: 'lines', ...head, x, y, series: lines, references }];
  };
}
