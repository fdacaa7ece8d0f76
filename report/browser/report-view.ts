import type { Figure } from '#report/content/figures.ts';
import type { ReportContent } from '#report/content/report-content.ts';
import { bodyHtml, shownSections, structureOf, summaryHtml } from '#report/page/body.ts';
import { tableHtml } from '#report/page/table.ts';
import type { Chart } from './charts.ts';
import { fillControls } from './controls.ts';
import { markScrolling, part, setText } from './elements.ts';
import { tableExports } from './figure-data.ts';
import { FigureView } from './figure-view.ts';
import { linkHover } from './link-hover.ts';
import type { PageState } from './page-state.ts';

/** The whole report on the page; `update` shows new content, such as new rounds of a run. */
export class ReportView {
  #content: ReportContent;
  #figures = new Map<string, FigureView>();
  readonly #main: HTMLElement;
  readonly #state: PageState;

  constructor(main: HTMLElement, content: ReportContent) {
    this.#main = main;
    this.#content = content;
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    this.#state = {
      theme: dark.matches ? 'dark' : 'light',
      axis: undefined,
      shares: false,
      hidden: new Set(),
    };
    this.#build();
    dark.addEventListener('change', () => {
      this.#state.theme = dark.matches ? 'dark' : 'light';
      this.#draw();
    });
    let width = window.innerWidth;
    window.addEventListener('resize', () => {
      if (window.innerWidth === width) return;
      width = window.innerWidth;
      this.#draw();
    });
    window.addEventListener('beforeprint', () => this.#draw());
  }

  update(content: ReportContent): void {
    const before = this.#content;
    this.#content = content;
    document.title = content.title;
    if (structureOf(before) !== structureOf(content)) {
      for (const figure of this.#figures.values()) figure.dispose();
      this.#rebuild();
      return;
    }
    part(this.#main, '#summary', HTMLElement).innerHTML = summaryHtml(content);
    for (const block of shownSections(content).flatMap(({ blocks }) => blocks)) {
      if (block.kind === 'table') this.#fillTable(block.id);
      else this.#figures.get(block.id)?.update(block);
    }
    this.#fillControls();
  }

  /** Renders the page again, with the same open blocks and scroll position. */
  #rebuild(): void {
    const place = window.scrollY;
    const open = [...this.#main.querySelectorAll('.block:has(> details[open])')].map(({ id }) => id);
    const live = this.#main.querySelector('#live');
    this.#main.innerHTML = bodyHtml(this.#content);
    if (live !== null) this.#main.prepend(live);
    this.#build();
    for (const id of open) {
      this.#main.querySelector(`#${CSS.escape(id)} > details`)?.setAttribute('open', '');
    }
    window.scrollTo({ top: place });
  }

  #build(): void {
    const speak = (text: string): void => setText(part(document, '#spoken', HTMLElement), text);
    this.#figures = new Map(
      this.#figuresOfContent().map((figure) => [
        figure.id,
        new FigureView(
          part(this.#main, `#${CSS.escape(figure.id)}`, HTMLElement),
          figure,
          this.#state,
          speak,
        ),
      ]),
    );
    linkHover([...this.#figures.values()].map((view): { chart: Chart; figure: Figure } => view));
    for (const block of shownSections(this.#content).flatMap(({ blocks }) => blocks)) {
      if (block.kind === 'table') this.#fillTable(block.id);
    }
    this.#fillControls();
    for (const details of this.#main.querySelectorAll('details')) {
      details.addEventListener('toggle', () => markScrolling(details));
    }
    markScrolling(this.#main);
  }

  #fillTable(id: string): void {
    const table = shownSections(this.#content)
      .flatMap(({ blocks }) => blocks)
      .find((block) => block.id === id);
    if (table?.kind !== 'table') return;
    const inside = part(this.#main, `#${CSS.escape(id)} .inside`, HTMLElement);
    inside.innerHTML = tableHtml(table);
    if (table.closed === true) inside.prepend(tableExports(table));
    markScrolling(inside);
  }

  #fillControls(): void {
    const element = part(this.#main, '#controls', HTMLElement);
    // New content with the same choices keeps the focus on the choice.
    if (element.contains(document.activeElement)) return;
    fillControls(element, this.#content, this.#figuresOfContent(), this.#state, () => this.#draw());
  }

  #figuresOfContent(): readonly Figure[] {
    return shownSections(this.#content)
      .flatMap(({ blocks }) => blocks)
      .filter((block) => block.kind !== 'table');
  }

  #draw(): void {
    for (const figure of this.#figures.values()) figure.draw();
    markScrolling(this.#main);
  }
}
