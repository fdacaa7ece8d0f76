import { percent } from '#cli/print/percent.ts';
import type { LinePart, ProgressLines } from '#cli/print/progress-lines.ts';
import { timeLeft } from '#cli/print/time-left.ts';
import type { RunProgress } from '#run/follow/run-progress.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { perplexityText } from './test-rows.ts';

/** Prints a run's committed rounds, with the time left. */
export class TerminalProgress implements RunProgress {
  readonly #lines: ProgressLines;
  #rounds = 0;
  #doneBefore = 0;
  #begunMs = 0;

  constructor(lines: ProgressLines) {
    this.#lines = lines;
  }

  activity(text: string, detail?: string): void {
    this.#lines.activity(text, detail);
  }

  note(text: string): void {
    this.#lines.note(text);
  }

  begin(rounds: number, done: number): void {
    this.#rounds = rounds;
    this.#doneBefore = done;
    this.#begunMs = this.#lines.nowMs();
    this.activity(`round ${done + 1} of ${rounds}`);
  }

  round(metrics: RoundMetrics): void {
    const { round, testAccuracy, testPearson } = metrics;
    const parts = this.#describe(metrics);
    if (this.#lines.isTerminal && (testAccuracy ?? testPearson) !== undefined)
      this.note(this.#lines.fit(parts));
    this.#lines.show(parts, round / this.#rounds);
    if (round < this.#rounds) this.activity(`round ${round + 1} of ${this.#rounds}`);
    else this.activity('writing the results');
  }

  end(): void {
    this.#lines.end();
  }

  #describe(metrics: RoundMetrics): readonly LinePart[] {
    const { round, trainLoss, answered, selected, delaySeconds, queueSeconds } = metrics;
    const { testAccuracy, testPearson, testPerplexity } = metrics;
    const width = String(this.#rounds).length;
    return [
      { text: `round ${String(round).padStart(width)}/${this.#rounds}` },
      { text: `loss ${trainLoss === null ? '   -  ' : trainLoss.toFixed(4)}` },
      { text: `devices ${answered.length}/${selected.length}`, dropOrder: 1 },
      { text: `delay ${delaySeconds.toFixed(3)} s`, dropOrder: 2 },
      // Policies with a guaranteed budget have an account; for others the paper's virtual queue shows the
      // overdraft.
      {
        text:
          metrics.delayLimitSeconds === null
            ? `virtual queue ${queueSeconds.toFixed(3)} s`
            : `account ${metrics.accountSeconds.toFixed(3)} s`,
        dropOrder: 3,
      },
      ...(testPerplexity === undefined
        ? []
        : [{ text: `test perplexity ${perplexityText(testPerplexity)}` }]),
      ...(testAccuracy === undefined ? [] : [{ text: `test accuracy ${percent(testAccuracy)}` }]),
      ...(testPearson === undefined ? [] : [{ text: `test correlation ${testPearson.toFixed(3)}` }]),
      ...(round < this.#rounds ? [{ text: timeLeft(this.#secondsLeft(round)), dropOrder: 0 }] : []),
    ];
  }

  #secondsLeft(round: number): number {
    const spentSeconds = (this.#lines.nowMs() - this.#begunMs) / 1000;
    return (spentSeconds * (this.#rounds - round)) / Math.max(1, round - this.#doneBefore);
  }
}
