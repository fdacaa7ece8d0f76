/** Shows what preparing a run does. */
export interface PreparationProgress {
  /** Shows an activity that takes time, such as `reading the data`, and how far it is. */
  activity(text: string, detail?: string): void;
  /** Shows a line of its own. */
  note(text: string): void;
}

/** Shows nothing. */
export const SILENT: PreparationProgress = { activity: () => {}, note: () => {} };

const ROWS_BETWEEN = 1000;

/** A callback for each row that shows how many there have been. */
export function countingRows(progress: PreparationProgress, doing: string): (rows: number) => void {
  return (rows) => {
    if (rows % ROWS_BETWEEN === 0) progress.activity(doing, rows.toLocaleString('en'));
  };
}
