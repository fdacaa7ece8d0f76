import type { ProgressLines } from '#cli/print/progress-lines.ts';
import { timeLeft } from '#cli/print/time-left.ts';
import { pointLabel } from '#experiment/plan/point-label.ts';
import type { ExperimentProgress, FailedRun } from '#experiment/run/execute-experiment.ts';
import type { ExperimentTask } from '#experiment/run/experiment-task.ts';

/** The activity of all runs together: its time is that of the whole command. */
const ACTIVITY = 'experiment';

/** Prints the finished runs and rounds of an experiment, with the time left. */
export class ExperimentBar implements ExperimentProgress {
  readonly #lines: ProgressLines;
  /** Rounds of the runs that are running, by folder. */
  readonly #running = new Map<string, number>();
  #runs = 0;
  #rounds = 0;
  #endedRuns = 0;
  #endedRounds = 0;
  #roundsBefore = 0;
  #startedMs = 0;

  constructor(lines: ProgressLines) {
    this.#lines = lines;
  }

  begin(runs: number, rounds: number, doneRuns: number, doneRounds: number): void {
    this.#runs = runs;
    this.#rounds = rounds;
    this.#endedRuns = doneRuns;
    this.#endedRounds = doneRounds;
    this.#roundsBefore = doneRounds;
    this.#startedMs = this.#lines.nowMs();
    this.#show();
  }

  started(task: ExperimentTask): void {
    this.#running.set(task.folder, 0);
    this.#show();
  }

  rounds(task: ExperimentTask, rounds: number): void {
    if (!this.#running.has(task.folder) || this.#running.get(task.folder) === rounds) return;
    this.#running.set(task.folder, rounds);
    if (this.#lines.isTerminal) this.#show();
    else this.#lines.activity(ACTIVITY, this.#text());
  }

  finished(task: ExperimentTask): void {
    this.#end(task);
    this.#lines.note(`finished ${this.#endedRuns} of ${this.#runs}: ${nameOf(task)}`);
    this.#show();
  }

  failed({ task, message }: FailedRun): void {
    this.#end(task);
    this.#lines.note(`airtune: warning: ${nameOf(task)} failed: ${message}`);
    this.#show();
  }

  end(): void {
    this.#lines.end();
  }

  #end(task: ExperimentTask): void {
    this.#running.delete(task.folder);
    this.#endedRuns++;
    this.#endedRounds += task.rounds;
  }

  #show(): void {
    const text = this.#text();
    this.#lines.activity(ACTIVITY, text);
    if (this.#lines.isTerminal) this.#lines.show([{ text }], this.#doneRounds() / Math.max(1, this.#rounds));
  }

  #text(): string {
    const left = this.#runs > this.#endedRuns ? `, ${timeLeft(this.#secondsLeft())}` : '';
    return `runs ${this.#endedRuns} of ${this.#runs}, rounds ${this.#doneRounds()} of ${this.#rounds}${left}`;
  }

  #doneRounds(): number {
    return this.#endedRounds + [...this.#running.values()].reduce((sum, rounds) => sum + rounds, 0);
  }

  #secondsLeft(): number | undefined {
    const done = this.#doneRounds() - this.#roundsBefore;
    if (done === 0) return undefined;
    const spentSeconds = (this.#lines.nowMs() - this.#startedMs) / 1000;
    return (spentSeconds * (this.#rounds - this.#doneRounds())) / done;
  }
}

function nameOf({ point, seed }: ExperimentTask): string {
  return `${pointLabel(point)}, seed ${seed}`;
}
