import type { EncoderGraphs } from '#shared/model/engine/onnx/graphs/encoder-graphs.ts';
import type { LoraValues } from '#shared/model/engine/onnx/graphs/lora-feeds.ts';
import type { BufferPool } from '#shared/model/engine/onnx/memory/buffer-pool.ts';
import {
  type KeptPlan,
  type KeptTensors,
  keptTensors,
  planKept,
} from '#shared/model/engine/onnx/memory/kept-activations.ts';
import { tensorFeeds } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import { withPartFeeds } from './packed-feeds.ts';
import { fillerPart, type PackedPart, rowsOf, sequencesOf } from './packed-parts.ts';

/** Consecutive parts of a run: indices `from` (inclusive) to `to` (exclusive). */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

/**
 * Parts that run through the graphs at once. Their kept activations are in one buffer, which is released with
 * the last pass that holds the run.
 */
export class PackedRun {
  readonly parts: readonly PackedPart[];
  readonly lora: LoraValues;
  readonly #graphs: EncoderGraphs;
  readonly #pool: BufferPool;
  readonly #hidden: number;
  readonly #plan: KeptPlan;
  readonly #buffer: ArrayBuffer;
  #holders = 0;

  constructor(
    graphs: EncoderGraphs,
    pool: BufferPool,
    parts: readonly PackedPart[],
    hidden: number,
    lora: LoraValues,
  ) {
    this.parts = parts;
    this.lora = lora;
    this.#graphs = graphs;
    this.#pool = pool;
    this.#hidden = hidden;
    this.#plan = planKept(graphs.kept, hidden, {
      batch: sequencesOf(parts),
      rows: rowsOf(parts),
      tokens: this.tokens,
    });
    this.#buffer = pool.acquire(this.#plan.byteLength);
  }

  /** Padded length of the run's sequences in attention. */
  get tokens(): number {
    return this.parts[0].tokens;
  }

  /** Kept bytes divided by the number of passes that hold the run. */
  get bytesPerHolder(): number {
    return this.#plan.byteLength / this.#holders;
  }

  /** Runs all parts forward. */
  async forward(): Promise<void> {
    const kept = this.kept({ from: 0, to: this.parts.length });
    await withPartFeeds(this.#pool, this.parts, this.#graphs.positions, this.#hidden, (feeds) =>
      this.#graphs.forward.run(
        new Map([...this.lora.feeds, ...feeds]),
        Object.fromEntries(tensorFeeds(kept.tensors)),
      ),
    );
  }

  /** Features of one part, [sequences, hidden]. */
  featuresOf(index: number): Float32Array {
    return this.kept({ from: index, to: index + 1 }).features.data;
  }

  /** Kept activations of a segment of the parts. */
  kept({ from, to }: Segment): KeptTensors {
    const before = this.parts.slice(0, from);
    const segment = this.parts.slice(from, to);
    return keptTensors(this.#plan, this.#buffer, {
      batch: { start: sequencesOf(before), length: sequencesOf(segment) },
      rows: { start: rowsOf(before), length: rowsOf(segment) },
    });
  }

  /** Adds a holder. */
  hold(): void {
    this.#holders += 1;
  }

  /** Removes a holder; without one left, the buffer is released. */
  letGo(): void {
    this.#holders -= 1;
    if (this.#holders <= 0) this.#pool.release(this.#buffer);
  }
}

/**
 * Groups parts of one or several batches into runs.
 *
 * All parts of a run have the same padded length in attention, so that a sequence's attention is computed
 * over the same number of tokens for any other contents of the run. A run has at least two sequences, because
 * products with a single row use another algorithm.
 *
 * @param maximumRows Maximum rows of a run; a larger part is a run of its own.
 * @returns The parts of each run, those with shorter sequences first.
 */
export function groupIntoRuns(
  parts: readonly PackedPart[],
  maximumRows: number,
  hidden: number,
): readonly (readonly PackedPart[])[] {
  const runs: PackedPart[][] = [];
  let rows = 0;
  for (const part of [...parts].sort((one, other) => one.tokens - other.tokens)) {
    const run = runs.at(-1);
    if (run !== undefined && run[0].tokens === part.tokens && rows + part.rows <= maximumRows) {
      run.push(part);
      rows += part.rows;
    } else {
      runs.push([part]);
      rows = part.rows;
    }
  }
  return runs.map((run) => (sequencesOf(run) > 1 ? run : [...run, fillerPart(run[0].tokens, hidden)]));
}

/**
 * The smallest segments of a run that contain the wanted parts. Adjacent parts share a segment. A segment
 * with a single sequence is extended by a neighbour.
 *
 * @param wanted Indices of parts, ascending.
 */
export function segmentsOf(run: readonly PackedPart[], wanted: readonly number[]): readonly Segment[] {
  const segments: { from: number; to: number }[] = [];
  for (const index of wanted) {
    const last = segments.at(-1);
    if (last?.to === index) last.to += 1;
    else segments.push({ from: index, to: index + 1 });
  }
  return segments.map(({ from, to }) => {
    if (sequencesOf(run.slice(from, to)) > 1) return { from, to };
    return to < run.length ? { from, to: to + 1 } : { from: from - 1, to };
  });
}
