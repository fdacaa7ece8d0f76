import { roundHeaders } from '#functions/exchange/reply-headers.ts';
import { sendReplies } from '#functions/exchange/send-message.ts';
import { dueAfter, type MessageOf } from '#shared/protocol/message.ts';
import type { Commit } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import type { RunStore } from '#shared/protocol/run-store.ts';
import { waitsForTest } from '#shared/protocol/test-target.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { type DeviceMemory, nextMemory, noMemory } from '#shared/scheduling/context/device-memory.ts';
import { memoryRules } from '#shared/scheduling/context/run-facts.ts';
import { factSettings } from './fact-settings.ts';
import { reportRound } from './report-round.ts';
import type { SchedulerMaterial } from './scheduler-material.ts';

/**
 * Commits a closed round: stores the new account, the new virtual queue, the memory of the devices and the
 * round of each device's newest committed head, then starts the next round. When the round is already
 * committed, only the next round is started again.
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
  // A round closed in an earlier epoch is valid, but the next messages must belong to the current epoch.
  const { status, epoch } = await store.control(run).require();
  if (status === 'stopped') return;
  await sendReplies(ports, record, message, followUps(record, { ...message, epoch }, ports.clock.nowMs()));
}

async function makeCommit(
  { store, ports: { clock } }: SchedulerMaterial,
  record: RunRecord,
  message: MessageOf<'round.closed'>,
): Promise<Commit> {
  const { run, round } = message;
  const [plan, closing, answers, before] = await Promise.all([
    store.plan(run, round).require(),
    store.closing(run, round).require(),
    store.answered(run, round).require(),
    commitBefore(store, record, round),
  ]);
  const headRounds = before === undefined ? record.labelCounts.map(() => 0) : [...before.headRounds];
  const rules = memoryRules(factSettings(record));
  const memory = nextMemory(rules, before?.memory ?? noMemory(rules), {
    round,
    selected: plan.selected,
    rateBitsPerSecond: plan.rateBitsPerSecond,
    joules: plan.joules,
    answers: answers.devices.map((device, index) => ({
      device,
      loss: answers.losses[index],
      gradientNorm: answers.gradientNorms[index],
    })),
  });
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
    joules: plan.joules.reduce((sum, joules) => sum + joules, 0),
    losses: answers.losses,
    gradientNorms: answers.gradientNorms,
    memory: storable(memory),
    ...(plan.policyState === undefined ? {} : { policyState: plan.policyState }),
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

function commitBefore(store: RunStore, record: RunRecord, round: number): Promise<Commit | undefined> {
  return round === 0 ? Promise.resolve(undefined) : store.commit(record.run, round - 1).require();
}

/** Copies the columns of the memory that are present, in the form of the record. */
function storable({
  lastServed,
  meanRates,
  energyQueues,
  losses,
  gradientNorms,
}: DeviceMemory): Commit['memory'] {
  return {
    ...(lastServed === undefined ? {} : { lastServed: [...lastServed] }),
    ...(meanRates === undefined ? {} : { meanRates: [...meanRates] }),
    ...(energyQueues === undefined ? {} : { energyQueues: [...energyQueues] }),
    ...(losses === undefined ? {} : { losses: [...losses] }),
    ...(gradientNorms === undefined ? {} : { gradientNorms: [...gradientNorms] }),
  };
}

/**
 * The messages after a commit: `evaluate` when a test is due, and `round.start` unless it was the last round.
 * If that test may end the run, the encoder sends `round.start` instead, after the test.
 */
function followUps(
  record: RunRecord,
  message: MessageOf<'round.closed'>,
  nowMs: number,
): readonly MessageOf<'evaluate' | 'round.start'>[] {
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
    ...(next < rounds && !waitsForTest(record, next) ? [{ ...following, kind: 'round.start' } as const] : []),
  ];
}
