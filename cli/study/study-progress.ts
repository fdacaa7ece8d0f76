import type { ProgressLines } from '#cli/print/progress-lines.ts';
import { timeLeft } from '#cli/print/time-left.ts';
import type { SimulatedWork, StudyProgress } from '#study/run/execute-study.ts';

/** Updates of the live line in a whole study, and number of lines on a stream that is not a terminal. */
const LIVE_STEPS = 200;
const PLAIN_STEPS = 10;

/** Prints the finished rounds of a study, with the time left. */
export class StudyBar implements StudyProgress {
  readonly #lines: ProgressLines;
  readonly #steps: number;
  #total = 0;
  #done = 0;
  #deviceRoundsLeft = 0;
  #deviceRoundsDone = 0;
  #startedMs = 0;
  #shown = -1;

  constructor(lines: ProgressLines) {
    this.#lines = lines;
    this.#steps = lines.isTerminal ? LIVE_STEPS : PLAIN_STEPS;
  }

  begin(total: SimulatedWork, done: SimulatedWork): void {
    this.#total = total.rounds;
    this.#done = done.rounds;
    this.#deviceRoundsLeft = total.deviceRounds - done.deviceRounds;
    this.#deviceRoundsDone = 0;
    this.#startedMs = this.#lines.nowMs();
    this.#show();
  }

  roundDone(devices: number): void {
    this.#done++;
    this.#deviceRoundsLeft -= devices;
    this.#deviceRoundsDone += devices;
    this.#show();
  }

  end(): void {
    this.#lines.end();
  }

  #show(): void {
    this.#lines.activity(`round ${Math.min(this.#done + 1, this.#total)} of ${this.#total}`);
    const step = Math.floor((this.#steps * this.#done) / Math.max(1, this.#total));
    if (step === this.#shown) return;
    this.#shown = step;
    const text = `round ${this.#done} of ${this.#total}, ${timeLeft(this.#secondsLeft())}`;
    this.#lines.show([{ text }], this.#done / Math.max(1, this.#total));
  }

  #secondsLeft(): number | undefined {
    if (this.#deviceRoundsDone === 0) return undefined;
    const spentSeconds = (this.#lines.nowMs() - this.#startedMs) / 1000;
    return (spentSeconds * this.#deviceRoundsLeft) / this.#deviceRoundsDone;
  }
}
