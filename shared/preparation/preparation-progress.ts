/** Displays the progress of preparing a run. */
export interface PreparationProgress {
  /** Shows an activity that takes time, such as `reading the data`, and how far it is. */
  activity(text: string, detail?: string): void;
  /** Shows a line of text. */
  note(text: string): void;
}

/** Shows nothing. */
export const SILENT: PreparationProgress = { activity: () => {}, note: () => {} };

/** A callback for each row that shows how many there have been, after every `between` rows. */
export function countingRows(
  progress: PreparationProgress,
  doing: string,
  between = 1000,
): (rows: number) => void {
  return (rows) => {
    if (rows % between === 0) progress.activity(doing, rows.toLocaleString('en'));
  };
}
