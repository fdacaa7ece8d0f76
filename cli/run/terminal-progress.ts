import { percent } from '#cli/print/percent.ts';
import type { RunProgress } from '#run/follow/run-progress.ts';
import type { RoundMetrics } from '#run/output/round-metrics.ts';

/** Where progress is shown: a terminal, or plain lines. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_WIDTH = 24;

/** Shows a run's rounds as they are committed: one live line in a terminal, a line each elsewhere. */
export class TerminalProgress implements RunProgress {
  readonly #output: ProgressOutput;
  readonly #rounds: number;

  constructor(output: ProgressOutput, rounds: number) {
    this.#output = output;
    this.#rounds = rounds;
  }

  /** A line of its own, above the live one. */
  note(text: string): void {
    this.#clear();
    this.#output.write(`${text}\n`);
  }

  round(metrics: RoundMetrics): void {
    const line = describeRound(metrics, this.#rounds);
    if (!this.#output.isTTY) {
      this.#output.write(`${line}\n`);
      return;
    }
    if (metrics.testAccuracy !== undefined) this.note(line);
    const done = Math.round((BAR_WIDTH * metrics.round) / this.#rounds);
    const bar = `${'#'.repeat(done)}${'-'.repeat(BAR_WIDTH - done)}`;
    this.#clear();
    this.#output.write(`[${bar}] ${line}`.slice(0, (this.#output.columns ?? 100) - 1));
  }

  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[2K');
  }
}

function describeRound(metrics: RoundMetrics, rounds: number): string {
  const width = String(rounds).length;
  const parts = [
    `round ${String(metrics.round).padStart(width)}/${rounds}`,
    `loss ${metrics.trainLoss === null ? '   -  ' : metrics.trainLoss.toFixed(4)}`,
    `devices ${metrics.answered.length}/${metrics.selected.length}`,
    `delay ${metrics.delaySeconds.toFixed(3)} s`,
    `queue ${metrics.queueSeconds.toFixed(3)} s`,
    ...(metrics.testAccuracy === undefined ? [] : [`test accuracy ${percent(metrics.testAccuracy)}`]),
  ];
  return parts.join('  ');
}
