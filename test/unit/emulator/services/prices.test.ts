import { describe, expect, it } from 'vitest';
import { cloudParameters } from '#emulator/parameters/cloud-parameters.ts';
import { containerCost, functionCost } from '#emulator/services/compute/cost-model.ts';
import { billOf, NO_USAGE, usageSince } from '#emulator/services/prices/bill.ts';
import { ObjectStoreTiming } from '#emulator/services/store/object-store-timing.ts';

const PARAMETERS = cloudParameters.parse({});

describe('billOf', () => {
  it('prices each service by its own unit and adds up', () => {
    const bill = billOf(
      {
        queueRequests: 2e6,
        functionRequests: 1e6,
        functionGigabyteSeconds: 1000,
        storePuts: 10_000,
        storeGets: 100_000,
        containerHours: 2,
        transferGigabytes: 10,
      },
      PARAMETERS.prices,
    );
    expect(bill.queueUsd).toBeCloseTo(0.8, 12);
    expect(bill.functionUsd).toBeCloseTo(0.2 + 0.0133334, 12);
    expect(bill.storeUsd).toBeCloseTo(0.05 + 0.04, 12);
    expect(bill.containerUsd).toBeCloseTo(1.052, 12);
    expect(bill.transferUsd).toBeCloseTo(0.9, 12);
    expect(bill.totalUsd).toBeCloseTo(0.8 + 0.2133334 + 0.09 + 1.052 + 0.9, 12);
  });

  it('prices the usage between two readings', () => {
    const before = { ...NO_USAGE, storePuts: 5, containerHours: 1 };
    expect(usageSince(before, { ...before, storePuts: 9, containerHours: 1.5 })).toEqual({
      ...NO_USAGE,
      storePuts: 4,
      containerHours: 0.5,
    });
  });
});

describe('the cost model', () => {
  it('charges a fixed part, a part for each item and the operations', () => {
    const cost = { ...PARAMETERS.cost, forward: { fixedMs: 3, itemMs: 0.5, gigaflopsPerSecond: 100 } };
    expect(containerCost(cost)({ stage: 'forward', flops: 1e9, items: 4 })).toBe(3 + 2 + 10);
  });

  it('slows a function below one virtual CPU in proportion, and does not speed it up above', () => {
    const work = { stage: 'embed', flops: 1e6, items: 16 } as const;
    const [half, one, two] = [884.5, 1769, 3538].map((memory) => functionCost(PARAMETERS.cost, memory)(work));
    expect(half).toBeCloseTo(2 * one, 12);
    expect(two).toBe(one);
  });
});

describe('ObjectStoreTiming', () => {
  it('reads many objects in as many waves as it takes, and counts each', () => {
    const store = new ObjectStoreTiming({
      getLatencyMs: 10,
      putLatencyMs: 20,
      megabytesPerSecond: 100,
    });
    const nine = { method: 'get', count: 9, bytes: 1e6 } as const;
    expect(store.wavesMs([[nine]], 4)).toBe(3 * (10 + 10));
    expect(store.putMs(5e5)).toBe(20 + 5);
    expect(store.listMs(2001)).toBe(3 * 10);
    expect(store.counts).toEqual({ gets: 9, puts: 1, lists: 3, bytesRead: 9e6, bytesWritten: 5e5 });
  });

  it('makes the requests of a wave beside each other, and waves one after the other', () => {
    const store = new ObjectStoreTiming({ getLatencyMs: 10, putLatencyMs: 20, megabytesPerSecond: 1 });
    const get = { method: 'get', count: 1, bytes: 3000 } as const;
    const put = { method: 'put', count: 1, bytes: 0 } as const;
    expect(store.wavesMs([[get, put], [put]], 1)).toBe(20 + 20);
    // A request with a probability of one half.
    expect(store.wavesMs([[{ ...get, count: 0.5 }]], 1)).toBe(6.5);
    expect(store.counts).toMatchObject({ gets: 1.5, puts: 2 });
  });
});
