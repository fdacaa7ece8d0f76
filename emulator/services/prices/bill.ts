import type { PriceParameters } from '#emulator/parameters/price-parameters.ts';

/** Usage of everything that is charged for. */
export interface Usage {
  readonly queueRequests: number;
  readonly functionRequests: number;
  readonly functionGigabyteSeconds: number;
  readonly storePuts: number;
  readonly storeGets: number;
  readonly containerHours: number;
  /** Features sent to the devices. */
  readonly transferGigabytes: number;
}

/** Cost of a usage [USD]. */
export interface Bill {
  readonly queueUsd: number;
  readonly functionUsd: number;
  readonly storeUsd: number;
  readonly containerUsd: number;
  readonly transferUsd: number;
  readonly totalUsd: number;
}

export const NO_USAGE: Usage = {
  queueRequests: 0,
  functionRequests: 0,
  functionGigabyteSeconds: 0,
  storePuts: 0,
  storeGets: 0,
  containerHours: 0,
  transferGigabytes: 0,
};

/** Usage between two readings. */
export function usageSince(before: Usage, after: Usage): Usage {
  return {
    queueRequests: after.queueRequests - before.queueRequests,
    functionRequests: after.functionRequests - before.functionRequests,
    functionGigabyteSeconds: after.functionGigabyteSeconds - before.functionGigabyteSeconds,
    storePuts: after.storePuts - before.storePuts,
    storeGets: after.storeGets - before.storeGets,
    containerHours: after.containerHours - before.containerHours,
    transferGigabytes: after.transferGigabytes - before.transferGigabytes,
  };
}

/** Prices a usage. Storage is left out: objects are deleted after their round, so its cost is negligible. */
export function billOf(usage: Usage, prices: PriceParameters): Bill {
  const queueUsd = (usage.queueRequests * prices.queuePerMillionRequests) / 1e6;
  const functionUsd =
    (usage.functionRequests * prices.functionPerMillionRequests) / 1e6 +
    usage.functionGigabyteSeconds * prices.functionPerGigabyteSecond;
  const storeUsd =
    (usage.storePuts * prices.storePerThousandPuts + usage.storeGets * prices.storePerThousandGets) / 1000;
  const containerUsd = usage.containerHours * prices.containerPerHour;
  const transferUsd = usage.transferGigabytes * prices.transferPerGigabyte;
  return {
    queueUsd,
    functionUsd,
    storeUsd,
    containerUsd,
    transferUsd,
    totalUsd: queueUsd + functionUsd + storeUsd + containerUsd + transferUsd,
  };
}
