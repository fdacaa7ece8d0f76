import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '#shared/cloud/memory/memory-object-store.ts';
import { AirtuneError } from '#shared/errors.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import type { Answer, Commit, Evaluation, Plan } from '#shared/protocol/records.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import type { Decision } from '#shared/protocol/stored-record.ts';

const control = {
  accountSeconds: -0.1,
  nextAccountSeconds: -0.2,
  pricingQueueSeconds: 0.4,
  delayLimitSeconds: 0.5,
  forcedSeconds: 0,
};
const plan: Plan = {
  round: 1,
  policy: 'exact',
  controlV: 2.5,
  queueSeconds: 0.1,
  objective: -3,
  selected: [0, 2],
  bandwidthHz: [1e6, 2e6],
  rateBitsPerSecond: [1e5, 3e5],
  headRounds: [0, 1],
  delaySeconds: 0.2,
  delayBudgetSeconds: 0.3,
  nextQueueSeconds: 0,
  control,
  weights: [0.5, 2],
  joules: [0.1, 0.2],
};
const commit: Commit = {
  round: 1,
  policy: 'exact',
  controlV: 2.5,
  objective: -3,
  selected: [0, 2],
  answered: [0],
  trainLoss: 0.5,
  trainAccuracy: null,
  delaySeconds: 0.2,
  delayBudgetSeconds: 0.3,
  queueSeconds: 0.1,
  nextQueueSeconds: 0,
  control,
  joules: 0.3,
  losses: [0.5],
  gradientNorms: [1.5],
  memory: { losses: [0.5, null, null], lastServed: [1, -1, 1] },
  startedAtMs: 10,
  closedAtMs: 20,
  criticalDevice: 0,
  criticalPath: [{ stage: 'scheduling', endsAtMs: 11 }],
  meanStagesMs: { scheduling: 1 },
  meanTokens: 12,
  encoder: { engine: 'onnx', backend: 'cpu', fillTokens: 100 },
  headRounds: [2, 0, 0],
};
const evaluation: Evaluation = {
  rounds: 2,
  examples: 4,
  deviceAccuracy: [0.5, 1],
  deviceLoss: [0.7, 0.1],
  accuracy: 0.75,
  loss: 0.4,
  chance: 0.5,
  ownMixDevices: 2,
  ownMixAccuracy: 0.7,
  ownMixChance: 0.6,
  averagedHeadAccuracy: 0.5,
};
const answer: Answer = {
  device: 1,
  loss: 0.5,
  predictions: 2,
  correct: 1,
  gradientNorm: 1.5,
  tokens: 16,
  roundStartedAtMs: 3,
  timeline: [{ stage: 'scheduling', endsAtMs: 4 }],
};
const tensors = new Map<string, Tensor>([
  ['a', { shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 0) }],
  ['b', { shape: [3], data: Float32Array.of(0.25, 1e30, -1e-30) }],
]);

interface Case<Value> {
  readonly value: Value;
  readonly record: (store: RunStore) => Decision<Value>;
}

/** Checks of one kind of record, with its type. */
function claims<Value>(name: string, { value, record }: Case<Value>): void {
  describe(`a ${name}`, () => {
    it('is read as it was decided, and the first decision stands', async () => {
      const store = new RunStore(new MemoryObjectStore());
      expect(await record(store).read()).toBeUndefined();
      expect(await record(store).exists()).toBe(false);
      expect(await record(store).decide(value)).toBe(value);
      const again = structuredClone(value);
      expect(await record(store).decide(again)).not.toBe(again);
      expect(await record(store).require()).toEqual(value);
      expect(await record(store).readOrDecide(() => Promise.reject(new Error('asked')))).toEqual(value);
    });

    it('is never stored with a number in it that is none, wherever it is, nor with a hole', async () => {
      const objects = new MemoryObjectStore();
      const places = numbersIn(value);
      expect(places.length).toBeGreaterThan(0);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...places),
          fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
          async (place, bad) => {
            const changed = structuredClone(value);
            place.set(changed, bad);
            await expect(record(new RunStore(objects)).decide(changed)).rejects.toThrow(AirtuneError);
            const holed = structuredClone(value);
            if (place.remove(holed)) {
              await expect(record(new RunStore(objects)).decide(holed)).rejects.toThrow(AirtuneError);
            }
            expect(await objects.list('')).toEqual([]);
          },
        ),
      );
    });
  });
}

interface Place {
  /** Returns a copy with the number at this position replaced. */
  readonly set: (copy: unknown, value: number) => void;
  /** Makes a hole at this position of a copy's list; false if the number is not in a list. */
  readonly remove: (copy: unknown) => boolean;
}

/** All positions of numbers in a value. */
function numbersIn(value: unknown, reach: (copy: unknown) => unknown = (copy) => copy): readonly Place[] {
  if (value instanceof Map) {
    return [...value].flatMap(([key, inner]) =>
      numbersIn(inner, (copy) => {
        const map = reach(copy);
        return map instanceof Map ? map.get(key) : undefined;
      }),
    );
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly Place[] => {
    // A tensor's shape is skipped, because training does not compute it.
    if (key === 'shape') return [];
    if (typeof inner !== 'number') {
      return numbersIn(inner, (copy) => Object.getOwnPropertyDescriptor(reach(copy), key)?.value);
    }
    return [
      {
        set: (copy, number) => Reflect.set(Object(reach(copy)), key, number),
        remove: (copy) => {
          const list = reach(copy);
          return Array.isArray(list) && Reflect.deleteProperty(list, key);
        },
      },
    ];
  });
}

claims('plan', { value: plan, record: (store) => store.plan('r', 1) });
claims('answered', {
  value: { round: 1, devices: [0], losses: [0.5], gradientNorms: [1.5] },
  record: (store) => store.answered('r', 1),
});
claims('closing', { value: { round: 1, answered: [0, 2] }, record: (store) => store.closing('r', 1) });
claims('commit', { value: commit, record: (store) => store.commit('r', 1) });
claims('evaluation', { value: evaluation, record: (store) => store.evaluation('r', 2) });
claims('answer', {
  value: { answer, loraGradient: tensors },
  record: (store) => store.answer('r', 1, 1),
});
claims('checkpoint', {
  value: { lora: tensors, optimizerState: tensors },
  record: (store) => store.checkpoint('r', 2),
});
claims('head', { value: tensors, record: (store) => store.head('r', 1, 2) });
claims('failure', {
  value: { epoch: 0, kind: 'diverged' as const, message: 'why' },
  record: (store) => store.failure('r', 0),
});

describe('a control record', () => {
  it('is replaced as a whole, and never by an invalid value', async () => {
    const control = new RunStore(new MemoryObjectStore()).control('r');
    await control.replace({ status: 'running', epoch: 0 });
    await control.replace({ status: 'stopped', epoch: 1 });
    await expect(control.replace({ status: 'running', epoch: Number.NaN })).rejects.toThrow(AirtuneError);
    expect(await control.read()).toEqual({ status: 'stopped', epoch: 1 });
  });
});
