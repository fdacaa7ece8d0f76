import { roundHeaders } from '#functions/exchange/reply-headers.ts';
import { isCurrent } from '#functions/exchange/run-material.ts';
import { sendMessages } from '#functions/exchange/send-message.ts';
import type { Message, MessageOf } from '#shared/protocol/message.ts';
import type { Plan } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { makePlan } from './make-plan.ts';
import { reportRun } from './report-round.ts';
import type { SchedulerMaterial } from './scheduler-material.ts';

/**
 * Plans a round and starts it: the channel is drawn, the policy picks devices and splits the band, the plan is stored
 * by a conditional write, and everyone concerned is told. Started again, the stored plan is told again.
 */
export async function startRound(
  material: SchedulerMaterial,
  message: MessageOf<'round.start'>,
): Promise<void> {
  const { ports, store } = material;
  const { run, round } = message;
  if (!(await isCurrent(ports.objects, message))) return;
  if (await store.commit(run, round).exists()) return;
  const record = await material.record(run);
  const plan = await storedPlan(material, record, message);
  // Closed but not committed: someone stopped in between. There is nobody left to ask.
  const closed = await store.closing(run, round).exists();
  const invited = closed ? [] : plan.selected;
  const nowMs = ports.clock.nowMs();
  const traceId = roundTraceId(run, round);
  const deadlineMs = nowMs + 1000 * (plan.delaySeconds + record.config.training.graceSeconds);
  const closing: Message = {
    ...roundHeaders(message),
    traceId,
    kind: 'encoder.close-round',
    roundStartedAtMs: message.deliverAtMs,
    deliverAtMs: invited.length === 0 ? nowMs : deadlineMs,
  };
  const invitations = invited.map(
    (device, index): Message => ({
      ...roundHeaders(message),
      traceId,
      kind: 'device.scheduled',
      device,
      bandwidthHz: plan.bandwidthHz[index],
      rateBitsPerSecond: plan.rateBitsPerSecond[index],
      deadlineMs,
      headRound: plan.headRounds[index],
      roundStartedAtMs: message.deliverAtMs,
      timeline: [{ stage: 'scheduling', endsAtMs: nowMs }],
      deliverAtMs: nowMs,
    }),
  );
  await sendMessages(ports, record, [...invitations, closing]);
}

function storedPlan(
  material: SchedulerMaterial,
  record: RunRecord,
  { run, round }: MessageOf<'round.start'>,
): Promise<Plan> {
  return material.store.plan(run, round).readOrDecide(async () => {
    const plan = await makePlan(material, record, round);
    if (round === 0) reportRun(material.ports.telemetry, record);
    return plan;
  });
}
