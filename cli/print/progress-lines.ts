import type { TextOutput } from '#cli/terminal.ts';
import type { Environment } from '#shared/environment.ts';
import { printable } from '#shared/printable.ts';
import { timeSoFar } from './time-left.ts';
import { printWidth } from './width.ts';

/** A part of a line, as `loss 0.1234`. If the line is too long, the highest `dropOrder` is left out first. */
export interface LinePart {
  readonly text: string;
  readonly dropOrder?: number;
}

export interface ProgressLinesOptions {
  /** A monotonic clock. */
  readonly nowMs: () => number;
  /** `COLUMNS` sets the longest plain line. */
  readonly environment: Environment;
}

/** Progress on a stream, by the clock of this process. */
export function progressLines(output: TextOutput, environment: Environment): ProgressLines {
  return new ProgressLines(output, { nowMs: () => performance.now(), environment });
}

const BAR_WIDTH = 12;
/** Longest time without output. */
const SILENCE_MS = 2_000;
const CHECK_MS = 250;
const CLEAR_LINE = '\r\u001b[2K';

/**
 * Prints progress: one live line in a terminal, or separate lines on other streams. If nothing else is
 * printed, the current activity is printed again within two seconds, unless the process is too busy to run
 * its timer.
 */
export class ProgressLines {
  readonly #output: TextOutput;
  readonly #options: ProgressLinesOptions;
  #activity = '';
  #detail = '';
  #activitySinceMs = 0;
  #lastMs: number;
  #live = '';
  readonly #timer: NodeJS.Timeout;

  constructor(output: TextOutput, options: ProgressLinesOptions) {
    this.#output = output;
    this.#options = options;
    this.#lastMs = options.nowMs();
    this.#timer = setInterval(() => this.#breakSilence(), CHECK_MS);
    this.#timer.unref();
  }

  /** Whether the stream is a terminal, which has a live line. */
  get isTerminal(): boolean {
    return this.#output.isTTY ?? false;
  }

  /** Time of a monotonic clock. */
  nowMs(): number {
    return this.#options.nowMs();
  }

  /**
   * Sets the current activity, as `reading the data`. It is printed only after it has taken some time.
   *
   * @param detail How far it is. The time of an activity counts from the first call with its text.
   */
  activity(text: string, detail = ''): void {
    this.#detail = detail === '' ? '' : `: ${detail}`;
    if (text === this.#activity) return;
    this.#activity = text;
    this.#activitySinceMs = this.#options.nowMs();
  }

  /** Prints a permanent line above the live one. */
  note(text: string): void {
    this.#write(`${this.#output.isTTY ? CLEAR_LINE : ''}${printable(text)}\n${this.#live}`);
  }

  /** Prints the current progress: replaces the live line in a terminal, adds a line elsewhere. */
  show(parts: readonly LinePart[], fraction: number): void {
    const { isTTY } = this.#output;
    if (!isTTY) {
      this.#write(`${this.fit(parts)}\n`);
      return;
    }
    const done = Math.round(BAR_WIDTH * Math.min(1, fraction));
    const bar = `[${'#'.repeat(done)}${'-'.repeat(BAR_WIDTH - done)}] `;
    this.#live = `${bar}${this.fit(parts, bar.length)}`;
    this.#write(`${CLEAR_LINE}${this.#live}`);
  }

  /**
   * The parts that fit on a line with `taken` other columns. The last column stays free: terminals wrap
   * there.
   */
  fit(parts: readonly LinePart[], taken = 0): string {
    const room = printWidth(this.#output, this.#options.environment) - 1 - taken;
    let shown = parts;
    const lineOf = () => shown.map(({ text }) => text).join('  ');
    while (lineOf().length > room) {
      const orders = shown.flatMap(({ dropOrder }) => (dropOrder === undefined ? [] : [dropOrder]));
      if (orders.length === 0) break;
      shown = shown.filter(({ dropOrder }) => dropOrder !== Math.max(...orders));
    }
    return printable(lineOf());
  }

  /** Removes the live line and stops printing. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#live !== '') this.#write(CLEAR_LINE);
    this.#live = '';
  }

  #breakSilence(): void {
    const nowMs = this.#options.nowMs();
    if (this.#activity === '' || nowMs - this.#lastMs < SILENCE_MS - CHECK_MS) return;
    const elapsed = timeSoFar((nowMs - this.#activitySinceMs) / 1000);
    const text = this.fit([{ text: `${this.#activity}${this.#detail}, ${elapsed}` }]);
    this.#write(this.#output.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`);
    if (this.#output.isTTY && this.#live === '') this.#live = ' ';
  }

  #write(text: string): void {
    this.#lastMs = this.#options.nowMs();
    this.#output.write(text);
  }
}
