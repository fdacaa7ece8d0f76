import { beforeAll, expect, test } from 'vitest';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { byQueue } from '#shared/protocol/functions.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { virtualRun } from '#test/support/virtual-run.ts';

interface Access {
  readonly function: string;
  /** The device whose message was being handled; undefined for messages of no single device. */
  readonly device: number | undefined;
  readonly key: string;
}

const reads: Access[] = [];
const written = new Map<string, Uint8Array>();
const messages: string[] = [];
const config = tinyConfig(sharedScratchFolder(tinyModelAndData()));

/** A store that records which function reads and writes each object. */
function watched(inner: ObjectStore, name: string, device: () => number | undefined): ObjectStore {
  const note = (key: string, bytes: Uint8Array): void => {
    written.set(key, bytes);
  };
  return {
    get: (key) => {
      reads.push({ function: name, device: device(), key });
      return inner.get(key);
    },
    put: (key, bytes) => {
      note(key, bytes);
      return inner.put(key, bytes);
    },
    putIfAbsent: (key, bytes) => {
      note(key, bytes);
      return inner.putIfAbsent(key, bytes);
    },
    list: (prefix) => inner.list(prefix),
    delete: (keys) => inner.delete(keys),
  };
}

function watchedFunction(name: string, create: (ports: FunctionPorts) => BatchWork) {
  return (ports: FunctionPorts): BatchWork => {
    let device: number | undefined;
    const sender = (queue: FunctionPorts['queues']['device']) => ({
      send: (batch: Parameters<typeof queue.send>[0]) => {
        messages.push(...batch.map(({ body }) => body));
        return queue.send(batch);
      },
    });
    const work = create({
      ...ports,
      queues: byQueue((queue) => sender(ports.queues[queue])),
      objects: watched(ports.objects, name, () => device),
    });
    return {
      ...work,
      async handle(message, coldStartMs) {
        device = 'device' in message ? message.device : undefined;
        await work.handle(message, coldStartMs);
      },
    };
  };
}

beforeAll(async () => {
  await virtualRun(config, { wrap: watchedFunction });
});

test('a shard is read only by its own device', () => {
  const shards = reads.filter(({ key }) => key.includes('/shards/'));
  expect(shards.length).toBeGreaterThan(0);
  for (const read of shards) {
    expect(read.function).toBe('device');
    expect(read.key).toContain(`/shards/${String(read.device).padStart(6, '0')}.safetensors`);
  }
});

test('nothing that is stored during the run holds texts, token ids or labels', () => {
  const names = new Set<string>();
  for (const [key, bytes] of written) {
    if (key.endsWith('.json')) {
      const text = new TextDecoder().decode(bytes);
      expect(text).not.toMatch(/\b(fine|warm|grim|cold)\b/);
      // A test's figures by label are those of the test set, which is no device's.
      if (!key.includes('/evaluations/')) expect(text).not.toMatch(/label/);
      continue;
    }
    const { tensors } = readSafetensors(bytes, key);
    for (const [name, { data }] of tensors) {
      names.add(name.replace(/^(lora|optimizer)\/.*/, '$1'));
      // The only integers that leave a device are the lengths of its sequences.
      if (!(data instanceof Float32Array)) expect(name).toBe('lengths');
    }
  }
  expect([...names].filter((name) => /label|token/.test(name))).toEqual([]);
  expect(names).toContain('embeddings');
});

test('no message names a label; of a mini-batch it has the loss and the counts of predictions only', () => {
  const envelope = /^(version|run|epoch|round|deliverAtMs|delayMs|traceId|kind|roundStartedAtMs|seal)$/;
  const ofDevices =
    /^(device|bandwidthHz|rateBitsPerSecond|deadlineMs|timeline|headRound|payload|loss|predictions|correct)$/;
  const ofRounds = /^(trainLoss|trainAccuracy|criticalDevice|criticalPath|meanStagesMs|meanTokens|encoder)$/;
  expect(messages.length).toBeGreaterThan(10);
  for (const body of messages) {
    const unforeseen = Object.keys(JSON.parse(body)).filter(
      (key) => ![envelope, ofDevices, ofRounds].some((allowed) => allowed.test(key)),
    );
    expect(unforeseen).toEqual([]);
    const { payload } = JSON.parse(body);
    if (payload?.place !== 'inline') continue;
    const { tensors } = readSafetensors(Buffer.from(payload.base64, 'base64'), 'payload');
    expect([...tensors.keys()]).toEqual([expect.stringMatching(/^(features|gradients)$/)]);
  }
});
