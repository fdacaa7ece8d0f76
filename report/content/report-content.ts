import type { Figure } from './figures.ts';

/** Everything that a report shows, without its appearance. The same content gives the same file. */
export interface ReportContent {
  /** The subject, such as "airtune run first". */
  readonly title: string;
  /** One sentence with the result, shown first. */
  readonly answer: string;
  /** Origin and conditions, such as "40 rounds on embedded; times are those of the virtual cloud". */
  readonly facts?: readonly string[];
  readonly warnings?: readonly string[];
  /** Meaning of `group` in the figures, as the label of the page's filter; "Policy" if absent. */
  readonly groupName?: string;
  readonly sections: readonly ReportSection[];
}

/** Figures and tables under one heading. A section without blocks is not shown. */
export interface ReportSection {
  readonly title: string;
  readonly text?: string;
  readonly blocks: readonly Block[];
}

export type Block = Figure | ReportTable;

/** A table of numbers and text. Numbers are given in full and rounded for display only. */
export interface ReportTable {
  readonly kind: 'table';
  /** Unique in the report; name of the exported files. Lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly TableColumn[];
  /** One cell per column. The first cell names the row. */
  readonly rows: readonly (readonly Cell[])[];
  /** Whether the table is shown closed, with its title only. */
  readonly closed?: boolean;
}

export interface TableColumn {
  readonly name: string;
  /** Unit of the numbers, as in `Quantity`. */
  readonly unit?: string;
  /** Whether each number is drawn as a bar, too; for columns of comparable numbers that are not negative. */
  readonly bar?: boolean;
  /** Whether positive estimates are written with their sign; for differences. */
  readonly signed?: boolean;
}

/** Null is shown as a dash. */
export type Cell = string | number | Estimate | null;

/** A number with its interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
