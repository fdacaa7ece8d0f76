import { roundHeaders } from '#functions/exchange/reply-headers.ts';
import { isCurrent } from '#functions/exchange/run-material.ts';
import { sendMessages } from '#functions/exchange/send-message.ts';
import { achievableRate } from '#shared/channel/rate.ts';
import { roundChannel } from '#shared/channel/scenario.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import type { Message, MessageOf } from '#shared/protocol/message.ts';
import { commitSchema, type Plan, planSchema } from '#shared/protocol/records.ts';
import { type RunRecord, totalPayloadBits } from '#shared/protocol/run-record.ts';
import { decodeJson, encodeJson } from '#shared/protocol/stored-json.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { controlV } from '#shared/scheduling/control-schedule.ts';
import { planRound } from '#shared/scheduling/plan-round.ts';
import { roundBudgetSeconds, scaledControlSchedule } from '#shared/scheduling/settings.ts';
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
  const { ports } = material;
  const { run, round } = message;
  if (!(await isCurrent(ports.objects, message))) return;
  if ((await ports.objects.get(runKeys.commit(run, round))) !== undefined) return;
  const record = await material.record(run);
  const plan = await storedPlan(material, record, message);
  // Closed but not committed: someone stopped in between. There is nobody left to ask.
  const closed = (await ports.objects.get(runKeys.closing(run, round))) !== undefined;
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
  await sendMessages(ports, [...invitations, closing]);
}

async function storedPlan(
  material: SchedulerMaterial,
  record: RunRecord,
  message: MessageOf<'round.start'>,
): Promise<Plan> {
  const { objects } = material.ports;
  const key = runKeys.plan(message.run, message.round);
  const earlier = await objects.get(key);
  if (earlier !== undefined) return decodeJson(planSchema, earlier, key);
  const plan = await makePlan(material, record, message.round);
  if (message.round === 0) reportRun(material.ports.telemetry, record);
  if (await objects.putIfAbsent(key, encodeJson(plan))) return plan;
  return decodeJson(planSchema, await requireObject(objects, key), key);
}

async function makePlan(material: SchedulerMaterial, record: RunRecord, round: number): Promise<Plan> {
  const { objects, telemetry } = material.ports;
  const { config } = record;
  const before = round === 0 ? undefined : runKeys.commit(record.run, round - 1);
  const { nextQueueSeconds: queueSeconds, headRounds } =
    before === undefined
      ? { nextQueueSeconds: 0, headRounds: record.labelCounts.map(() => 0) }
      : decodeJson(commitSchema, await requireObject(objects, before), before);
  const { devices } = config.training;
  const flops = 200 * devices;
  const { result } = await telemetry.measure({ stage: 'schedule', flops, items: devices }, () => {
    const payloadBits = totalPayloadBits(record);
    const delayBudgetSeconds = roundBudgetSeconds(config.scheduling, payloadBits);
    const problem = {
      ...roundChannel(config.channel, config.seed, devices, round),
      payloadBits,
      delayBudgetSeconds,
      controlV: controlV(scaledControlSchedule(config.scheduling, delayBudgetSeconds), round),
      queueSeconds,
      minimumDevices: config.scheduling.minimumDevices,
    };
    const context = { seed: config.seed, round, deviceCount: config.scheduling.devicesPerRound };
    const plan = planRound(config.scheduling.policy, problem, context);
    return { problem, plan };
  });
  const { problem, plan } = result;
  return {
    round,
    policy: plan.policy,
    controlV: problem.controlV,
    queueSeconds,
    objective: plan.objective,
    selected: [...plan.selected],
    bandwidthHz: [...plan.bandwidthHz],
    rateBitsPerSecond: plan.selected.map((device, index) =>
      achievableRate(problem, device, plan.bandwidthHz[index]),
    ),
    headRounds: plan.selected.map((device) => headRounds[device]),
    delaySeconds: plan.delaySeconds,
    delayBudgetSeconds: problem.delayBudgetSeconds,
    nextQueueSeconds: plan.nextQueueSeconds,
  };
}
