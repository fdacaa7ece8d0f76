import { describe, expect, it } from 'vitest';
import { VirtualCloud } from '#emulator/embedded/virtual-cloud.ts';
import { indexOf, kindOf, roundOf } from '#emulator/modelled/round-message.ts';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { createDeviceFunction } from '#functions/device/device-function.ts';
import { createEncoderFunction } from '#functions/encoder/encoder-function.ts';
import { EncoderMaterial } from '#functions/encoder/encoder-material.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts, MessageSender } from '#functions/runtime/function-ports.ts';
import { createSchedulerFunction } from '#functions/scheduler/scheduler-function.ts';
import { beginAttempt } from '#run/execute/begin-attempt.ts';
import { nextMessages } from '#run/follow/next-messages.ts';
import { RunFollower } from '#run/follow/run-follower.ts';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { createTfjsEngine } from '#shared/model/engine/tfjs/tfjs-engine.ts';
import { parseMessage } from '#shared/protocol/message.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { stageDurations } from '#shared/protocol/timeline.ts';
import { runPoint } from '#study/model/run-point.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { prepareTinyRun, tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';

const KINDS = [
  'device.scheduled',
  'encoder.embeddings',
  'device.features',
  'encoder.gradients',
  'round.start',
  'encoder.close-round',
  'round.closed',
];

/**
 * A cloud in which everything takes its time but operations and requests to the object store: the handlers read and cache
 * objects as they please, the study counts them in round numbers.
 */
const CLOUD = {
  platform: { keepAliveSeconds: 3 },
  device: { poller: { batchSize: 4, batchWindowMs: 3 } },
  store: { getLatencyMs: 0, putLatencyMs: 0, megabytesPerSecond: 1e12 },
  cost: Object.fromEntries(
    ['schedule', 'embed', 'forward', 'head', 'backward', 'aggregate'].map((stage, index) => [
      stage,
      { fixedMs: 3 + index, itemMs: 0.1 * (index + 1), gigaflopsPerSecond: 1e9 },
    ]),
  ),
};
const DEVICES = 7;
const ROUNDS = 4;
const SCHEDULING = { policy: 'all-in' };

const folder = sharedScratchFolder(tinyModelAndData(120));

/** Every message of the real handlers, as `kind round device sent due`. */
async function realTimeline() {
  const config = tinyConfig(folder, {
    training: { devices: DEVICES, rounds: ROUNDS, batchSize: 2, evaluateEvery: 100, graceSeconds: 600 },
    scheduling: SCHEDULING,
  });
  const objects = new MemoryObjectStore();
  const record = await prepareTinyRun(objects, config);
  const follower = new RunFollower(objects, record);
  const sent: string[] = [];
  const tracing = (create: (ports: FunctionPorts) => BatchWork) => (ports: FunctionPorts) => {
    const sender = (queue: MessageSender): MessageSender => ({
      send: (batch) => {
        for (const { body } of batch) {
          const message = parseMessage(body);
          const device = 'device' in message ? message.device : 0;
          sent.push(line(message.kind, message.round, device, ports.clock.nowMs(), message.deliverAtMs));
        }
        return queue.send(batch);
      },
    });
    const { scheduler, device, encoder } = ports.queues;
    return create({
      ...ports,
      queues: { scheduler: sender(scheduler), device: sender(device), encoder: sender(encoder) },
    });
  };
  const cloud = new VirtualCloud({
    parameters: cloudParameters.parse(CLOUD),
    seed: config.seed,
    objects,
    functions: {
      scheduler: tracing(createSchedulerFunction),
      device: tracing(createDeviceFunction),
      encoder: tracing((ports) =>
        createEncoderFunction(
          new EncoderMaterial(
            ports,
            (server) =>
              createTfjsEngine(server, {
                features: config.model.features,
                lora: config.lora,
                backend: 'wasm',
              }),
            cloudParameters.parse(CLOUD).encoder.batchTokens,
          ),
        ),
      ),
    },
    tokensOf: () => 16,
    listener: () => {},
  });
  const attempt = await beginAttempt(objects, record.run);
  for (const message of nextMessages(record, follower, attempt, 0)) cloud.send(message);
  while (!follower.finished && (await cloud.step())) await follower.poll();
  return { config, sent, commits: follower.commits };
}

function line(kind: string, round: number, device: number, sentMs: number, dueMs: number): string {
  return `${kind} ${round} ${device} ${sentMs.toFixed(5)} ${dueMs.toFixed(5)}`;
}

describe('run and study', () => {
  it('give the same timeline, message for message, on the same scenario', async () => {
    const { config, sent, commits } = await realTimeline();
    const settings = parseStudy(
      {
        seed: config.seed,
        devices: DEVICES,
        rounds: ROUNDS,
        model: { hiddenSize: 8, intermediateSize: 12, layerCount: 2, maxTokens: 8, loraRank: 2 },
        training: { batchSize: 2, graceSeconds: 600 },
        transport: { inlineBytes: 200 },
        scheduling: SCHEDULING,
        cloud: CLOUD,
      },
      'scenario',
    );
    const modelled: string[] = [];
    const { rounds } = runPoint(
      settings,
      () => {},
      (message, sentMs, dueMs) => {
        modelled.push(line(KINDS[kindOf(message)], roundOf(message), indexOf(message), sentMs, dueMs));
      },
    );
    const real = sent.filter((entry) => !entry.startsWith('evaluate'));
    // Four messages for each device, the round's deadline and its end; and the starts of the rounds after the first.
    expect(real.length).toBe(ROUNDS * (4 * DEVICES + 2) + ROUNDS - 1);
    expect([...modelled].sort()).toEqual([...real].sort());
    expect(rounds.length).toBe(ROUNDS);
    for (const { round, latency } of rounds) {
      const { startedAtMs, criticalPath } = commits[round];
      const durations = stageDurations(startedAtMs, criticalPath);
      for (const stage of STAGES) {
        expect(latency.criticalPathNanoseconds[stage] / 1e6).toBeCloseTo(durations.get(stage) ?? 0, 4);
      }
    }
  });
});
