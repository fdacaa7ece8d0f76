import type { Drawing, View } from '#report/charts/drawing.ts';
import { drawingOf } from '#report/charts/drawing-of.ts';
import type { Figure } from '#report/content/figures.ts';
import { axisTitle } from '#report/page/numbers.ts';
import { type Chart, chartIn } from './charts.ts';
import { part, setText } from './elements.ts';
import { fillData } from './figure-data.ts';
import type { PageState } from './page-state.ts';
import { Walk } from './walk.ts';
import { enableZoom } from './zoom.ts';

/** A figure on the page: its chart, legend, keyboard and data. */
export class FigureView {
  #figure: Figure;

  #round: number | undefined;
  readonly #host: HTMLElement;
  readonly #element: HTMLElement;
  readonly #state: PageState;
  readonly #chart: Chart;
  readonly #walk: Walk;
  readonly #data: HTMLDetailsElement;

  constructor(host: HTMLElement, figure: Figure, state: PageState, speak: (text: string) => void) {
    this.#host = host;
    this.#figure = figure;
    this.#state = state;
    this.#element = part(host, '.chart', HTMLElement);
    this.#data = part(host, 'details.data', HTMLDetailsElement);
    this.#element.tabIndex = 0;
    this.#element.setAttribute('role', 'application');
    this.#element.setAttribute('aria-roledescription', 'chart');
    this.#chart = chartIn(this.#element, this.#width(), 100);
    this.#walk = new Walk(this.#element, this.#chart, {
      speak,
      open: (round) => this.#open(round),
    });
    if (figure.kind === 'lines') enableZoom(this.#element, this.#chart, speak);
    if (figure.kind === 'spans') {
      this.#chart.on('click', (event) => {
        const round = this.#walk.roundAt(event.seriesIndex ?? -1, event.dataIndex);
        if (round !== undefined) this.#open(round);
      });
    }
    this.#data.addEventListener('toggle', () => this.#showData());
    this.draw();
  }

  get chart(): Chart {
    return this.#chart;
  }

  get figure(): Figure {
    return this.#figure;
  }

  update(figure: Figure): void {
    this.#figure = figure;
    setText(part(this.#host, '.note', HTMLElement), figure.note ?? '');
    this.draw();
    if (this.#data.open) this.#showData();
  }

  /** Draws the figure as the page's state and width are now. */
  draw(): void {
    const drawing = drawingOf(this.#figure, this.#view());
    this.#element.style.height = `${drawing.height}px`;
    this.#chart.resize({ width: this.#width(), height: drawing.height });
    this.#chart.setOption(drawing.option, { notMerge: true });
    this.#walk.set(drawing.walk);
    this.#element.setAttribute('aria-label', this.#label(drawing));
    setText(part(this.#host, '.omitted', HTMLElement), drawing.omitted ?? '');
    const entries = drawing.legend.map(({ name, colour, dashed }) => {
      const item = document.createElement('li');
      const swatch = document.createElement('span');
      swatch.className = dashed === true ? 'swatch dashed' : 'swatch';
      swatch.style.background = colour;
      swatch.style.borderColor = colour;
      item.append(swatch, name);
      return item;
    });
    part(this.#host, '.legend', HTMLElement).replaceChildren(...entries);
  }

  dispose(): void {
    this.#chart.dispose();
  }

  #open(round: number): void {
    this.#round = round;
    this.draw();
  }

  #showData(): void {
    if (!this.#data.open) return;
    fillData(part(this.#data, '.inside', HTMLElement), this.#figure, this.#view());
  }

  #view(): View {
    const { theme, axis, shares, hidden } = this.#state;
    return {
      theme,
      shares,
      hidden,
      width: this.#width(),
      alone: false,
      ...(axis === undefined ? {} : { axis }),
      ...(this.#round === undefined ? {} : { round: this.#round }),
    };
  }

  #width(): number {
    return Math.max(240, this.#element.clientWidth);
  }

  #label({ walk }: Drawing): string {
    const figure = this.#figure;
    const values = walk.reduce((sum, { items }) => sum + items.length, 0);
    const axis = figure.kind === 'lines' ? `: ${axisTitle(figure.y.name, figure.y.unit)}` : '';
    const zoom = figure.kind === 'lines' ? ' Plus and minus zoom, 0 shows everything.' : '';
    const open = figure.kind === 'spans' ? ' Enter opens a traced round.' : '';
    return `${figure.title}${axis}. ${values} values in ${walk.length} series. Left and right go through the values, up and down change the series.${zoom}${open}`;
  }
}
