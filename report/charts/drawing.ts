import type { EChartsOption } from 'echarts';
import { type ThemeName, TONES, type Tone } from '#report/content/tones.ts';

/** The displayed part of a figure, and its form. */
export interface View {
  readonly theme: ThemeName;
  /** Width of the chart [CSS pixels]. */
  readonly width: number;
  /** Id of the chosen x axis; a figure without it uses its first one. */
  readonly axis?: string;
  /** Whether stacked bars are shares of 100 %. */
  readonly shares: boolean;
  /** Groups that the reader has filtered out. */
  readonly hidden: ReadonlySet<string>;
  /** The traced round that is open; the first one if absent. */
  readonly round?: number;
  /** Whether the image is not part of a page: it then has its own background. */
  readonly alone: boolean;
}

/** A figure as a chart: the options of ECharts, its legend, and its values in the order of the keyboard. */
export interface Drawing {
  readonly option: EChartsOption;
  /** Height of the chart [CSS pixels]. */
  readonly height: number;
  readonly legend: readonly LegendEntry[];
  readonly walk: readonly WalkSeries[];
  /** A note on data that is not drawn, such as "The first 16 of 40 series are drawn." */
  readonly omitted?: string;
}

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
}

/** Values that the left and right arrow keys go through; up and down change the series. */
export interface WalkSeries {
  readonly name: string;
  readonly items: readonly WalkItem[];
}

export interface WalkItem {
  /** The text for screen readers and the tooltip. */
  readonly text: string;
  /** Place of the mark in the chart. */
  readonly seriesIndex: number;
  readonly dataIndex: number;
  /** The traced round that Enter opens. */
  readonly opensRound?: number;
}

export function colourOf(tone: Tone, theme: ThemeName): string {
  return TONES[tone][theme];
}
