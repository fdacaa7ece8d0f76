import type { WalkItem, WalkSeries } from '#report/charts/drawing.ts';
import type { Chart } from './charts.ts';

interface WalkActions {
  speak(text: string): void;
  open(round: number): void;
}

/**
 * Goes through a chart's values by arrow keys: the chart shows the value's tooltip, a screen reader its text.
 */
export class Walk {
  #series: readonly WalkSeries[] = [];
  #place: { readonly series: number; readonly item: number } | undefined;
  readonly #chart: Chart;
  readonly #actions: WalkActions;

  constructor(element: HTMLElement, chart: Chart, actions: WalkActions) {
    this.#chart = chart;
    this.#actions = actions;
    element.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (this.#press(event.key)) event.preventDefault();
    });
    element.addEventListener('blur', () => this.#leave());
  }

  /** Takes the values of a new drawing; the place is kept where it still exists. */
  set(series: readonly WalkSeries[]): void {
    this.#series = series;
    const { series: row = 0, item = 0 } = this.#place ?? {};
    if (series[row]?.items[item] === undefined) this.#place = undefined;
  }

  roundAt(seriesIndex: number, dataIndex: number): number | undefined {
    return this.#series
      .flatMap(({ items }) => items)
      .find((item) => item.seriesIndex === seriesIndex && item.dataIndex === dataIndex)?.opensRound;
  }

  #press(key: string): boolean {
    switch (key) {
      case 'ArrowRight':
        return this.#move(0, 1);
      case 'ArrowLeft':
        return this.#move(0, -1);
      case 'ArrowDown':
        return this.#move(1, 0);
      case 'ArrowUp':
        return this.#move(-1, 0);
      case 'Home':
        return this.#move(0, Number.NEGATIVE_INFINITY);
      case 'End':
        return this.#move(0, Number.POSITIVE_INFINITY);
      case 'Enter': {
        const round = this.#current()?.opensRound;
        if (round === undefined) return false;
        this.#actions.open(round);
        this.#show();
        return true;
      }
      case 'Escape':
        this.#leave();
        return true;
      default:
        return false;
    }
  }

  #move(series: number, item: number): boolean {
    if (this.#series.length === 0) return false;
    const clamp = (value: number, length: number): number => Math.min(length - 1, Math.max(0, value));
    if (this.#place === undefined) {
      this.#place = {
        series: 0,
        item: item === Number.POSITIVE_INFINITY ? this.#series[0].items.length - 1 : 0,
      };
    } else {
      const row = clamp(this.#place.series + series, this.#series.length);
      this.#place = { series: row, item: clamp(this.#place.item + item, this.#series[row].items.length) };
    }
    this.#show();
    return true;
  }

  #current(): WalkItem | undefined {
    return this.#place === undefined ? undefined : this.#series[this.#place.series]?.items[this.#place.item];
  }

  #show(): void {
    const item = this.#current();
    if (item === undefined) return;
    const { seriesIndex, dataIndex, text } = item;
    this.#chart.dispatchAction({ type: 'downplay' });
    this.#chart.dispatchAction({ type: 'highlight', seriesIndex, dataIndex });
    this.#chart.dispatchAction({ type: 'showTip', seriesIndex, dataIndex });
    this.#actions.speak(text);
  }

  #leave(): void {
    this.#place = undefined;
    this.#chart.dispatchAction({ type: 'downplay' });
    this.#chart.dispatchAction({ type: 'hideTip' });
  }
}
