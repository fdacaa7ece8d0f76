import type { EncoderGraphs } from '#shared/model/engine/onnx/graphs/encoder-graphs.ts';
import type { LoraValues } from '#shared/model/engine/onnx/graphs/lora-feeds.ts';
import type { BufferPool } from '#shared/model/engine/onnx/memory/buffer-pool.ts';
import {
  type AxisLengths,
  type AxisSegments,
  type KeptPlan,
  type KeptTensors,
  keptTensors,
  planKept,
} from '#shared/model/engine/onnx/memory/kept-activations.ts';
import { tensorFeeds } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import { PACKED_GROUPS, packedGroup } from '#shared/model/engine/onnx/spec/attention-group.ts';
import { withPartFeeds } from './packed-feeds.ts';
import { fillerPart, type PackedPart, rowsOf, sequencesOf } from './packed-parts.ts';
import { groupsOf, type RunGroup, sequencesOfGroups } from './run-groups.ts';

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
  readonly groups: readonly RunGroup[];
  /** Index among the runs of its forward pass: a batch's parts are in runs of ascending order. */
  readonly order: number;
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
    order: number,
    hidden: number,
    lora: LoraValues,
  ) {
    this.parts = parts;
    this.groups = groupsOf(parts);
    this.order = order;
    this.lora = lora;
    this.#graphs = graphs;
    this.#pool = pool;
    this.#hidden = hidden;
    this.#plan = planKept(graphs.kept, graphs.featureShape, {
      batch: sequencesOf(parts),
      rows: rowsOf(parts),
      ...this.#groupLengths(),
    });
    this.#buffer = pool.acquire(this.#plan.byteLength);
  }

  /** Kept bytes divided by the number of passes that hold the run. */
  get bytesPerHolder(): number {
    return this.#plan.byteLength / this.#holders;
  }

  /** Runs all parts forward. */
  async forward(): Promise<void> {
    const kept = this.kept({ from: 0, to: this.parts.length });
    await withPartFeeds(this.#pool, this.parts, this.groups, this.#graphs.positions, this.#hidden, (feeds) =>
      this.#graphs.forward.run(
        new Map([...this.lora.feeds, ...feeds]),
        Object.fromEntries(tensorFeeds(kept.tensors)),
      ),
    );
  }

  /** Features of one part, [sequences, hidden] or [rows, hidden]. */
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
      ...this.#groupSegments(before, segment),
    });
  }

  /** Lengths of the groups' axes. */
  #groupLengths(): AxisLengths {
    const axes = sequencesOfGroups(this.parts, this.groups).flatMap(({ sequences }, index) => {
      const { batch, tokens } = packedGroup(index);
      return [
        [batch, sequences.length],
        [tokens, this.groups[index].tokens],
      ];
    });
    return Object.fromEntries(axes);
  }

  /** Segments of the groups' sequences that belong to a segment of the parts. */
  #groupSegments(before: readonly PackedPart[], segment: readonly PackedPart[]): AxisSegments {
    const earlier = sequencesOfGroups(before, this.groups);
    const own = sequencesOfGroups(segment, this.groups);
    return Object.fromEntries(
      own.map(({ sequences, isRead }, index) => {
        const start = isRead && earlier[index].isRead ? earlier[index].sequences.length : 0;
        return [packedGroup(index).batch, { start, length: sequences.length }];
      }),
    );
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
 * Groups parts of one or several batches into runs, in their order.
 *
 * A run's parts have at most {@link PACKED_GROUPS} padded lengths. A sequence's attention is computed over
 * its part's padded length, whatever else is in the run. A run has at least two sequences, because products
 * with a single row use another algorithm.
 *
 * @param maximumRows Maximum rows of a run; a larger part is a run of its own.
 * @returns The parts of each run.
 */
export function groupIntoRuns(
  parts: readonly PackedPart[],
  maximumRows: number,
  hidden: number,
): readonly (readonly PackedPart[])[] {
  const runs: PackedPart[][] = [];
  let rows = 0;
  for (const part of parts) {
    const run = runs.at(-1);
    if (run !== undefined && fits(run, part) && rows + part.rows <= maximumRows) {
      run.push(part);
      rows += part.rows;
    } else {
      runs.push([part]);
      rows = part.rows;
    }
  }
  return runs.map((run) => (sequencesOf(run) > 1 ? run : [...run, fillerPart(run[0].tokens, hidden)]));
}

/** Whether a run with one more part still has few enough padded lengths. */
function fits(run: readonly PackedPart[], part: PackedPart): boolean {
  return new Set([...run, part].map(({ tokens }) => tokens)).size <= PACKED_GROUPS;
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
