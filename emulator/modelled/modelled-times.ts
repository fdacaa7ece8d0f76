import type { RoundLatency } from '#emulator/latency/latency-account.ts';
import { tracedSpan } from '#emulator/latency/span-recorder.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { RoundState } from './round-state.ts';

/** The part of a round's trace that is known when the round is closed. */
export type ModelledTimes = Pick<RoundTrace, 'devices' | 'criticalDevice' | 'criticalPath'>;

/** The spans of a closed round; undefined if the round is not traced. */
export function modelledTimes(state: RoundState, latency: RoundLatency): ModelledTimes | undefined {
  const { account, plan, spans } = state;
  if (spans === undefined) return undefined;
  const devices = Array.from({ length: plan.devices }, (_, index) => ({
    device: state.deviceAt(index),
    answered: state.hasAnswered(index),
    rateBitsPerSecond: plan.rateBitsPerSecond[index],
    spans: spans.spansOf(index),
  }));
  const critical = account.criticalDevice;
  return {
    devices,
    criticalDevice: critical === undefined ? null : state.deviceAt(critical),
    criticalPath: critical === undefined ? pathWithoutAnswer(latency) : spans.spansOf(critical),
  };
}

/** A round without an answer waits until its time is up, and then aggregates nothing. */
function pathWithoutAnswer({ criticalPathNanoseconds }: RoundLatency): ModelledTimes['criticalPath'] {
  const { waitingForSlowest, backwardAndAggregation } = criticalPathNanoseconds;
  const waiting = tracedSpan('waitingForSlowest', 0, waitingForSlowest);
  const closing = tracedSpan(
    'backwardAndAggregation',
    waitingForSlowest,
    waitingForSlowest + backwardAndAggregation,
  );
  return [waiting, closing].filter(({ startMs, endMs }) => endMs > startMs);
}
