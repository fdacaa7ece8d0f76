import type { Tone } from './tones.ts';

/** A chart with its data. Each has an export as SVG, PNG, CSV and LaTeX, and a table of its numbers. */
export type Figure = LinesFigure | BarsFigure | BoxesFigure | ScatterFigure | SpansFigure;

interface FigureHead {
  /** Unique in the report; name of the exported files. Lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** Meaning of the marks, and origin of the numbers. */
  readonly note?: string;
  /** Whether the figure takes the whole width of the page. */
  readonly wide?: boolean;
}

/** The quantity of an axis. */
export interface Quantity {
  /** Plain name, such as "test accuracy". */
  readonly name: string;
  /**
   * Unit of the values: `s`, `USD`, `J`, `bit`, `%` (values from 0 to 100) or any other text; empty for
   * counts and numbers without a unit. Long times are displayed in minutes or hours, and so on.
   */
  readonly unit: string;
  /** Absent: logarithmic where all values are positive and spread widely. */
  readonly scale?: 'linear' | 'logarithmic';
}

/**
 * An x axis of a line chart. The page has one switch for all charts with the same axes. Use the ids `rounds`,
 * `seconds`, `dollars` and `joules` for these quantities.
 */
export interface XAxis extends Quantity {
  readonly id: string;
}

/**
 * Lines over one or several x axes, optionally with bands. A series whose points have no value is dropped.
 */
export interface LinesFigure extends FigureHead {
  readonly kind: 'lines';
  readonly x: readonly [XAxis, ...XAxis[]];
  readonly y: Quantity;
  /** Meaning of `low` and `high`, such as "quartiles of 5 seeds". */
  readonly band?: string;
  readonly series: readonly LineSeries[];
  readonly references?: readonly ReferenceLine[];
}

export interface LineSeries {
  readonly name: string;
  /** For the page's filter, such as the policy. */
  readonly group?: string;
  readonly points: readonly LinePoint[];
  /** A limit or another curve to compare with, drawn dashed in grey. */
  readonly reference?: boolean;
}

export interface LinePoint {
  /** One value for each of the figure's x axes; null where it is not known. */
  readonly x: readonly (number | null)[];
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/** A constant to compare with, such as chance or a budget, drawn as a dashed line with its name. */
export interface ReferenceLine {
  readonly name: string;
  readonly value: number;
}

/** Horizontal bars, each stacked from the same parts. With more than one part, the page can show shares. */
export interface BarsFigure extends FigureHead {
  readonly kind: 'bars';
  readonly value: Quantity;
  readonly parts: readonly Part[];
  readonly bars: readonly Bar[];
}

export interface Part {
  readonly name: string;
  /** Absent: the colour of a series at the same place. */
  readonly tone?: Tone;
}

export interface Bar {
  readonly name: string;
  readonly group?: string;
  /** One value for each part, not negative. */
  readonly values: readonly number[];
}

/** Box plots, drawn horizontally: whiskers, quartiles and median. */
export interface BoxesFigure extends FigureHead {
  readonly kind: 'boxes';
  readonly value: Quantity;
  readonly boxes: readonly Box[];
  readonly references?: readonly ReferenceLine[];
}

export interface Box {
  readonly name: string;
  readonly group?: string;
  readonly low: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly high: number;
  readonly outliers?: readonly number[];
}

/** Points over two quantities. */
export interface ScatterFigure extends FigureHead {
  readonly kind: 'scatter';
  readonly x: Quantity;
  readonly y: Quantity;
  readonly points: readonly ScatterPoint[];
  /**
   * Which end of each axis is better. The points that no other point beats on both axes are joined by a line
   * and named (the Pareto front). Absent: no front.
   */
  readonly better?: { readonly x: 'less' | 'more'; readonly y: 'less' | 'more' };
}

export interface ScatterPoint {
  readonly name: string;
  readonly group?: string;
  readonly x: number;
  readonly y: number;
}

/** The rounds of a run, and the devices of the traced ones as spans of time. */
export interface SpansFigure extends FigureHead {
  readonly kind: 'spans';
  readonly parts: readonly Part[];
  /** All rounds in order; those in `traced` can be opened. */
  readonly rounds: readonly { readonly round: number; readonly seconds: number }[];
  readonly traced: readonly TracedRound[];
}

export interface TracedRound {
  readonly round: number;
  readonly rows: readonly SpanRow[];
}

/** A device's part of a round. */
export interface SpanRow {
  readonly name: string;
  /** Whether this row decides the length of the round. */
  readonly worst?: boolean;
  readonly spans: readonly Span[];
}

export interface Span {
  /** Index in the figure's parts. */
  readonly part: number;
  /** Seconds since the start of the round. */
  readonly startSeconds: number;
  readonly endSeconds: number;
}
