import { roundHeaders } from '#functions/exchange/reply-headers.ts';
import { sendMessages } from '#functions/exchange/send-message.ts';
import { dueAfter, type Message, type MessageOf } from '#shared/protocol/message.ts';
import type { Commit } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { reportRound } from './report-round.ts';
import type { SchedulerMaterial } from './scheduler-material.ts';

/**
 * Commits a closed round: feeds account and virtual queue, notes which heads count from now on, and starts the next round.
 * Told of the same round again, it only starts the next one again.
 */
export async function commitRound(
  material: SchedulerMaterial,
  message: MessageOf<'round.closed'>,
): Promise<void> {
  const { ports, store } = material;
  const { run, round } = message;
  const record = await material.record(run);
  const stored = store.commit(run, round);
  if (!(await stored.exists())) {
    const commit = await makeCommit(material, record, message);
    if ((await stored.decide(commit)) === commit) reportRound(ports.telemetry, commit);
  }
  // A round that an earlier epoch closed is as good as any; what follows it belongs to the epoch that runs now.
  const { status, epoch } = await store.control(run).require();
  if (status === 'stopped') return;
  await sendMessages(ports, record, followUps(record, { ...message, epoch }, ports.clock.nowMs()));
}

async function makeCommit(
  { store, ports: { clock } }: SchedulerMaterial,
  record: RunRecord,
  message: MessageOf<'round.closed'>,
): Promise<Commit> {
  const { run, round } = message;
  const [plan, closing, headRounds] = await Promise.all([
    store.plan(run, round).require(),
    store.closing(run, round).require(),
    headRoundsBefore(store, record, round),
  ]);
  for (const device of closing.answered) headRounds[device] = round + 1;
  const { policy, controlV, objective, selected, delaySeconds, delayBudgetSeconds, queueSeconds } = plan;
  const { trainLoss, trainAccuracy, criticalDevice, criticalPath, meanStagesMs, meanTokens, encoder } =
    message;
  return {
    round,
    policy,
    controlV,
    objective,
    selected,
    answered: closing.answered,
    trainLoss,
    trainAccuracy,
    delaySeconds,
    delayBudgetSeconds,
    queueSeconds,
    nextQueueSeconds: plan.nextQueueSeconds,
    control: plan.control,
    startedAtMs: message.roundStartedAtMs,
    closedAtMs: clock.nowMs(),
    criticalDevice,
    criticalPath,
    meanStagesMs,
    meanTokens,
    encoder,
    headRounds,
  };
}

async function headRoundsBefore(store: RunStore, record: RunRecord, round: number): Promise<number[]> {
  if (round === 0) return record.labelCounts.map(() => 0);
  const { headRounds } = await store.commit(record.run, round - 1).require();
  return [...headRounds];
}

/** The next round if there is one, and a test of the model when one is due. */
function followUps(record: RunRecord, message: MessageOf<'round.closed'>, nowMs: number): readonly Message[] {
  const { rounds, evaluateEvery } = record.config.training;
  const next = message.round + 1;
  const following = {
    ...roundHeaders(message),
    round: next,
    traceId: roundTraceId(message.run, next),
    ...dueAfter(nowMs, 0),
  };
  return [
    ...(next % evaluateEvery === 0 || next === rounds ? [{ ...following, kind: 'evaluate' } as const] : []),
    ...(next < rounds ? [{ ...following, kind: 'round.start' } as const] : []),
  ];
}
