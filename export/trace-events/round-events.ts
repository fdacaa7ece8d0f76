import type { RoundTrace, TracedDevice, TracedSpan } from '#shared/protocol/round-trace.ts';
import { STAGE_NAMES } from '#study/report/stage-parts.ts';
import { backwardIndex, type EncoderWork, encoderWork } from './encoder-work.ts';
import { EventTracks, type PlacedSlice } from './event-track.ts';
import type { TraceEventFile } from './trace-event.ts';

/** Processes of the file, in the order in which they are shown. */
const PROCESS = { criticalPath: 1, scheduler: 2, encoder: 3, devices: 4 } as const;

/**
 * Round traces as a file of the Trace Event format, for Perfetto: the critical path, the scheduler, the
 * encoder with a box for each batch, and a track for each device. Arrows are messages. Time 0 is the start of
 * the first round.
 *
 * @param traces Rounds of one run in ascending order, at least one.
 */
export function traceEventFile(traces: readonly RoundTrace[]): TraceEventFile {
  const [first] = traces;
  const tracks = new EventTracks();
  for (const trace of traces) addRound(tracks, trace, trace.startedAtMs - first.startedAtMs);
  return {
    traceEvents: tracks.events,
    displayTimeUnit: 'ms',
    otherData: {
      run: first.run,
      rounds: traces.map(({ round }) => round).join(','),
      time: first.virtualTime ? 'virtual' : 'measured',
      startedAtMs: first.startedAtMs,
    },
  };
}

/** Draws the boxes and arrows of one round. */
class RoundDrawing {
  readonly #tracks: EventTracks;
  readonly #trace: RoundTrace;
  readonly #offsetMs: number;

  constructor(tracks: EventTracks, trace: RoundTrace, offsetMs: number) {
    this.#tracks = tracks;
    this.#trace = trace;
    this.#offsetMs = offsetMs;
  }

  criticalPath(): void {
    const { criticalDevice, criticalPath, round } = this.#trace;
    if (criticalPath.length === 0) return;
    this.#tracks.name(PROCESS.criticalPath, 'critical path', 1, 'the device that answers last');
    for (const span of criticalPath) {
      const device: Readonly<Record<string, number>> =
        criticalDevice === null ? {} : { device: criticalDevice };
      this.#span(PROCESS.criticalPath, 1, span, { round, ...device });
    }
  }

  /** The scheduler's box at the start of the round; undefined without a device. */
  planning(): PlacedSlice | undefined {
    const { devices, round } = this.#trace;
    const span = devices.find(({ spans }) => spans[0]?.stage === 'scheduling')?.spans[0];
    if (span === undefined) return undefined;
    return this.#schedulerSlice(`schedule round ${round}`, span, { devices: devices.length });
  }

  /** The scheduler's box at the end of the round: from the close until the commit. */
  commit(): PlacedSlice | undefined {
    const { closedMs, committedMs, round } = this.#trace;
    if (committedMs <= closedMs) return undefined;
    return this.#schedulerSlice(`commit round ${round}`, { startMs: closedMs, endMs: committedMs }, {});
  }

  encoderBox(work: EncoderWork): PlacedSlice {
    const { kind, devices, track } = work;
    const thread = track + 1;
    this.#tracks.name(PROCESS.encoder, 'encoder', thread, `encoder ${thread}`);
    return this.#tracks.slice(PROCESS.encoder, thread, {
      name: `${kind}, ${devices.length} ${devices.length === 1 ? 'device' : 'devices'}`,
      category: 'compute',
      ...this.#times(work),
      args: { round: this.#trace.round, devices: devices.join(' ') },
    });
  }

  deviceBoxes({ device, answered, rateBitsPerSecond, spans }: TracedDevice): readonly PlacedSlice[] {
    const { round } = this.#trace;
    const thread = device + 1;
    this.#tracks.name(PROCESS.devices, 'devices', thread, `device ${device}`);
    return spans.map((span) =>
      this.#span(PROCESS.devices, thread, span, {
        round,
        device,
        answered,
        ...(span.kind === 'radio' && rateBitsPerSecond !== null ? { rateBitsPerSecond } : {}),
      }),
    );
  }

  #span(
    pid: number,
    tid: number,
    span: TracedSpan,
    args: Readonly<Record<string, string | number | boolean>>,
  ): PlacedSlice {
    return this.#tracks.slice(pid, tid, {
      name: STAGE_NAMES[span.stage],
      category: span.kind,
      ...this.#times(span),
      args: { stage: span.stage, ...args },
    });
  }

  #schedulerSlice(
    name: string,
    span: Pick<TracedSpan, 'startMs' | 'endMs'>,
    args: Readonly<Record<string, number>>,
  ): PlacedSlice {
    this.#tracks.name(PROCESS.scheduler, 'scheduler', 1, 'scheduler');
    return this.#tracks.slice(PROCESS.scheduler, 1, {
      name,
      category: 'compute',
      ...this.#times(span),
      args: { round: this.#trace.round, ...args },
    });
  }

  #times({ startMs, endMs }: Pick<TracedSpan, 'startMs' | 'endMs'>): {
    readonly startMs: number;
    readonly endMs: number;
  } {
    return { startMs: this.#offsetMs + startMs, endMs: this.#offsetMs + endMs };
  }
}

function addRound(tracks: EventTracks, trace: RoundTrace, offsetMs: number): void {
  const drawing = new RoundDrawing(tracks, trace, offsetMs);
  drawing.criticalPath();
  const planning = drawing.planning();
  const boxes: Record<EncoderWork['kind'], Map<number, PlacedSlice>> = {
    forward: new Map(),
    backward: new Map(),
    aggregation: new Map(),
  };
  let aggregation: PlacedSlice | undefined;
  for (const work of encoderWork(trace)) {
    const box = drawing.encoderBox(work);
    for (const device of work.devices) boxes[work.kind].set(device, box);
    if (work.kind === 'aggregation') aggregation = box;
  }
  const arrow = (message: string, from: PlacedSlice | undefined, to: PlacedSlice | undefined): void => {
    if (from !== undefined && to !== undefined) tracks.arrow(message, from, to);
  };
  for (const traced of trace.devices) {
    const { device, spans } = traced;
    const own = drawing.deviceBoxes(traced);
    const forward = spans.findIndex(({ stage }) => stage === 'encoderCompute');
    const backward = backwardIndex(spans);
    if (spans[0]?.stage === 'scheduling') arrow('device.scheduled', planning, own[1]);
    if (forward > 0) {
      arrow('encoder.embeddings', own[forward - 1], boxes.forward.get(device));
      arrow('device.features', boxes.forward.get(device), own[forward + 1]);
    }
    if (backward > 0) arrow('encoder.gradients', own[backward - 1], boxes.backward.get(device));
  }
  arrow('round.closed', aggregation, drawing.commit());
}
