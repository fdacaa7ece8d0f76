import type { ProgressOutput } from '#cli/run/terminal-progress.ts';
import type { SimulatedWork, StudyProgress } from '#study/run/execute-study.ts';

const BAR_WIDTH = 24;
/** Elsewhere than in a terminal, a line for each of so many parts. */
const PLAIN_STEPS = 10;

/** A bar with the time left in a terminal, a line for every tenth elsewhere. */
export class StudyBar implements StudyProgress {
  readonly #output: ProgressOutput;
  readonly #nowMs: () => number;
  #total = 0;
  #done = 0;
  #deviceRoundsLeft = 0;
  #deviceRoundsDone = 0;
  #startedMs = 0;
  #shown = -1;

  /** @param nowMs a clock that never goes back */
  constructor(output: ProgressOutput, nowMs: () => number) {
    this.#output = output;
    this.#nowMs = nowMs;
  }

  begin(total: SimulatedWork, done: SimulatedWork): void {
    this.#total = total.rounds;
    this.#done = done.rounds;
    this.#deviceRoundsLeft = total.deviceRounds - done.deviceRounds;
    this.#deviceRoundsDone = 0;
    this.#startedMs = this.#nowMs();
    this.#show();
  }

  roundDone(devices: number): void {
    this.#done++;
    this.#deviceRoundsLeft -= devices;
    this.#deviceRoundsDone += devices;
    this.#show();
  }

  end(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[2K');
  }

  #show(): void {
    const steps = this.#output.isTTY ? 200 : PLAIN_STEPS;
    const step = Math.floor((steps * this.#done) / Math.max(1, this.#total));
    if (step === this.#shown) return;
    this.#shown = step;
    const text = `round ${this.#done} of ${this.#total}, ${this.#timeLeft()}`;
    if (!this.#output.isTTY) {
      this.#output.write(`${text}\n`);
      return;
    }
    const full = Math.round((BAR_WIDTH * this.#done) / Math.max(1, this.#total));
    const bar = `${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}`;
    this.#output.write(`\r\u001b[2K[${bar}] ${text}`.slice(0, (this.#output.columns ?? 100) + 4));
  }

  #timeLeft(): string {
    if (this.#deviceRoundsDone === 0) return 'time left unknown';
    const spentSeconds = (this.#nowMs() - this.#startedMs) / 1000;
    const seconds = (spentSeconds * this.#deviceRoundsLeft) / this.#deviceRoundsDone;
    if (seconds < 90) return `about ${Math.ceil(seconds)} s left`;
    return `about ${Math.ceil(seconds / 60)} min left`;
  }
}
