import type { RoundTrace, TracedSpan } from '#shared/protocol/round-trace.ts';

/** Work that the encoder began at one time, for one or several devices. */
export interface EncoderWork {
  readonly kind: 'forward' | 'backward' | 'aggregation';
  readonly devices: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
  /** Index of the track, from 0: works of one track do not overlap. */
  readonly track: number;
}

/** The encoder's work in a round, in the order of its start. Devices that start together are one batch. */
export function encoderWork({ devices, criticalPath }: RoundTrace): readonly EncoderWork[] {
  const batches = new Map<string, { kind: EncoderWork['kind']; devices: number[]; span: TracedSpan }>();
  const add = (kind: EncoderWork['kind'], device: number, span: TracedSpan): void => {
    const key = `${kind} ${span.startMs}`;
    const batch = batches.get(key);
    if (batch === undefined) {
      batches.set(key, { kind, devices: [device], span });
      return;
    }
    batch.devices.push(device);
    // Replies are stored in waves, so the devices of a batch end at different times.
    if (span.endMs > batch.span.endMs) batch.span = span;
  };
  for (const { device, spans } of devices) {
    const forward = spans.find(({ stage }) => stage === 'encoderCompute');
    const backward = backwardIndex(spans);
    if (forward !== undefined) add('forward', device, forward);
    if (backward >= 0) add('backward', device, spans[backward]);
  }
  const answered = devices.filter((device) => device.answered).map(({ device }) => device);
  const last = criticalPath.at(-1);
  const works = [...batches.values()].map(({ kind, devices: group, span }) => ({
    kind,
    devices: group,
    span,
  }));
  const all =
    last?.stage === 'backwardAndAggregation'
      ? [...works, { kind: 'aggregation' as const, devices: answered, span: last }]
      : works;
  return placed(
    all
      .map(({ kind, devices: group, span: { startMs, endMs } }) => ({ kind, devices: group, startMs, endMs }))
      .sort((left, right) => left.startMs - right.startMs),
  );
}

/**
 * Index of a device's own backward pass among its spans, -1 if it has none. The last span of the same stage
 * is the aggregation that all devices share.
 */
export function backwardIndex(spans: readonly TracedSpan[]): number {
  const found = spans.findIndex(({ stage }) => stage === 'backwardAndAggregation');
  return found === spans.length - 1 ? -1 : found;
}

/** Places each work on the first track that is free when it starts. */
function placed(works: readonly Omit<EncoderWork, 'track'>[]): readonly EncoderWork[] {
  const freeAtMs: number[] = [];
  return works.map((work) => {
    const free = freeAtMs.findIndex((ms) => ms <= work.startMs);
    const track = free < 0 ? freeAtMs.length : free;
    freeAtMs[track] = work.endMs;
    return { ...work, track };
  });
}
