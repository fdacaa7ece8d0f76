import { roundHeaders } from '#functions/exchange/reply-headers.ts';
import { isCurrent } from '#functions/exchange/run-material.ts';
import { sendReplies } from '#functions/exchange/send-message.ts';
import { dueAfter, type MessageOf } from '#shared/protocol/message.ts';
import type { Plan } from '#shared/protocol/records.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { deviceComputeSeconds } from '#shared/scheduling/context/device-settings.ts';
import { makePlan, stateBefore } from './make-plan.ts';
import { reportRun } from './report-round.ts';
import type { SchedulerMaterial } from './scheduler-material.ts';

/**
 * Plans a round and starts it: draws the channel, schedules devices and splits the band by the policy, stores
 * the plan by a conditional put, and sends messages to the scheduled devices and the encoder. When the round
 * was started before, the stored plan is sent again.
 */
export async function startRound(
  material: SchedulerMaterial,
  message: MessageOf<'round.start'>,
): Promise<void> {
  const { ports, store } = material;
  const { run, round } = message;
  const [current, committed, record] = await Promise.all([
    isCurrent(ports.objects, message),
    store.commit(run, round).exists(),
    material.record(run),
  ]);
  if (!current || committed) return;
  const { plan, isNew } = await decidePlan(material, record, round);
  // The round may be closed but not committed, for example after a restart. No device has to work then; the
  // encoder only repeats the steps after the closing.
  const closed = !isNew && (await store.closing(run, round).exists());
  const scheduled = closed ? [] : plan.selected;
  const nowMs = ports.clock.nowMs();
  const traceId = roundTraceId(run, round);
  const { device: settings, seed, training } = record.config;
  const computeSeconds = plan.selected.reduce(
    (longest, device) => Math.max(longest, deviceComputeSeconds(settings, seed, device)),
    0,
  );
  const closingDelayMs = 1000 * (plan.delaySeconds + computeSeconds + training.graceSeconds);
  const deadlineMs = nowMs + closingDelayMs;
  const closing: MessageOf<'encoder.close-round'> = {
    ...roundHeaders(message),
    traceId,
    kind: 'encoder.close-round',
    roundStartedAtMs: message.deliverAtMs,
    ...dueAfter(nowMs, scheduled.length === 0 ? 0 : closingDelayMs),
  };
  const toDevices = scheduled.map(
    (device, index): MessageOf<'device.scheduled'> => ({
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
      ...dueAfter(nowMs, 0),
    }),
  );
  await sendReplies(ports, record, message, [...toDevices, closing]);
}

/** The stored plan of a round, and whether this call stored it. */
async function decidePlan(
  material: SchedulerMaterial,
  record: RunRecord,
  round: number,
): Promise<{ readonly plan: Plan; readonly isNew: boolean }> {
  const stored = material.store.plan(record.run, round);
  const [earlier, before] = await Promise.all([stored.read(), stateBefore(material.store, record, round)]);
  if (earlier !== undefined) return { plan: earlier, isNew: false };
  const made = await makePlan(material, record, round, before);
  if (round === 0) reportRun(material.ports.telemetry, record);
  const plan = await stored.decide(made);
  return { plan, isNew: plan === made };
}
