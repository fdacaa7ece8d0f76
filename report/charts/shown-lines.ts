import type { LinePoint, LineSeries, LinesFigure } from '#report/content/figures.ts';
import { SURFACES, seriesTone } from '#report/content/tones.ts';
import { colourOf, type View } from './drawing.ts';

/** Series up to this number are named at the ends of their lines. */
export const NAMED_SERIES = 8;

/** A line as it is drawn. */
export interface Shown extends LineSeries {
  readonly place: number;
  readonly colour: string;
  readonly dashed: boolean;
  /** Points with a value on the chosen axis. */
  readonly known: readonly (LinePoint & { readonly at: number })[];
}

/** The figure's lines with a value on the chosen axis, except lines of hidden groups. */
export function shownSeries(
  figure: LinesFigure,
  { hidden, theme }: View,
  axisIndex: number,
): readonly Shown[] {
  let ordinary = -1;
  return figure.series
    .map((line) => {
      if (line.reference !== true) ordinary += 1;
      const known = line.points.flatMap((point) => {
        const at = point.x[axisIndex] ?? null;
        return at === null ? [] : [{ ...point, at }];
      });
      return {
        ...line,
        known,
        place: Math.max(0, ordinary),
        colour: line.reference === true ? SURFACES[theme].dim : colourOf(seriesTone(ordinary), theme),
        dashed: line.reference === true || ordinary >= NAMED_SERIES,
      };
    })
    .filter(({ group, known }) => known.length > 0 && (group === undefined || !hidden.has(group)));
}

/** The figure's constants as lines across the chart. */
export function constantsOf(
  { references = [] }: LinesFigure,
  { theme }: View,
  lines: readonly Shown[],
): readonly Shown[] {
  const places = lines.flatMap(({ known }) => known.map(({ at }) => at));
  if (places.length === 0) return [];
  const ends = [places.reduce((a, b) => Math.min(a, b)), places.reduce((a, b) => Math.max(a, b))];
  return references.map(({ name, value }) => ({
    name,
    reference: true,
    points: [],
    place: 0,
    colour: SURFACES[theme].dim,
    dashed: true,
    known: ends.map((at) => ({ x: [at], at, y: value })),
  }));
}
