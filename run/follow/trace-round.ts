import { mapInOrder } from '#shared/cloud/in-order.ts';
import type { Answer, Commit } from '#shared/protocol/records.ts';
import {
  ROUND_TRACE_VERSION,
  type RoundTrace,
  sinceMs,
  type TracedDevice,
  tracedSpans,
} from '#shared/protocol/round-trace.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';

/** Spans at the end of a critical path that all devices share: waiting for the slowest, and aggregation. */
const CLOSING_SPANS = 2;

/**
 * The trace of a committed round, made from the stored answers of its devices. Undefined when one of them has
 * been deleted.
 */
export async function traceRound(
  store: RunStore,
  { run, config }: RunRecord,
  commit: Commit,
  virtualTime: boolean,
): Promise<RoundTrace | undefined> {
  const { round, startedAtMs, criticalPath } = commit;
  const [plan, stored] = await Promise.all([
    store.plan(run, round).read(),
    mapInOrder(commit.answered, config.server.requestsInParallel, async (device) => {
      const found = await store.answer(run, round, device).read();
      // The LoRA gradient, which is most of an answer, is released here.
      return found?.answer;
    }),
  ]);
  const answers = new Map<number, Answer>();
  for (const answer of stored) {
    if (answer === undefined) return undefined;
    answers.set(answer.device, answer);
  }
  const closing = criticalPath.slice(-CLOSING_SPANS);
  const rateOf = new Map(plan?.selected.map((device, index) => [device, plan.rateBitsPerSecond[index]]));
  const devices = commit.selected.map((device): TracedDevice => {
    const answer = answers.get(device);
    return {
      device,
      answered: answer !== undefined,
      rateBitsPerSecond: rateOf.get(device) ?? null,
      spans: answer === undefined ? [] : tracedSpans(startedAtMs, [...answer.timeline, ...closing]),
    };
  });
  return {
    format: 'airtune-round-trace',
    version: ROUND_TRACE_VERSION,
    run,
    round: round + 1,
    traceId: roundTraceId(run, round),
    virtualTime,
    startedAtMs,
    closedMs: sinceMs(startedAtMs, criticalPath.at(-1)?.endsAtMs ?? startedAtMs),
    committedMs: sinceMs(startedAtMs, commit.closedAtMs),
    devices,
    criticalDevice: commit.criticalDevice,
    criticalPath: tracedSpans(startedAtMs, criticalPath),
  };
}
