import { type Column, printTable } from '#cli/print/table.ts';
import type { PriceParameters } from '#emulator/parameters/price-parameters.ts';
import { billOf, type Usage } from '#emulator/services/prices/bill.ts';
import { fixed, significant } from '#report/page/decimals.ts';

/** One line of an estimate: a quantity, its unit price and their product. */
export interface CostLine {
  readonly name: string;
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceUsd: number;
  readonly usd: number;
}

/** A line for each charged unit of a run. The sum of the lines is the bill of the same usage. */
export function costLines(usage: Usage, prices: PriceParameters): readonly CostLine[] {
  const line = (name: string, quantity: number, unit: string, unitPriceUsd: number): CostLine => ({
    name,
    quantity,
    unit,
    unitPriceUsd,
    usd: quantity * unitPriceUsd,
  });
  return [
    line('queue requests (SQS)', usage.queueRequests / 1e6, 'million', prices.queuePerMillionRequests),
    line(
      'function requests (Lambda)',
      usage.functionRequests / 1e6,
      'million',
      prices.functionPerMillionRequests,
    ),
    line(
      'function duration (Lambda)',
      usage.functionGigabyteSeconds,
      'GB-s',
      prices.functionPerGigabyteSecond,
    ),
    line('object writes (S3)', usage.storePuts / 1000, 'thousand', prices.storePerThousandPuts),
    line('object reads (S3)', usage.storeGets / 1000, 'thousand', prices.storePerThousandGets),
    line('encoder replicas (EC2)', usage.containerHours, 'hour', prices.containerPerHour),
    line('data to devices', usage.transferGigabytes, 'GB', prices.transferPerGigabyte),
  ];
}

const COLUMNS: readonly Column[] = [
  { title: 'service', align: 'left' },
  { title: 'quantity', align: 'right' },
  { title: 'unit', align: 'left' },
  { title: 'unit price', align: 'right', dropOrder: 1 },
  { title: 'cost', align: 'right' },
];

/** The cost lines and their total as a table. */
export function costTable(usage: Usage, prices: PriceParameters, rounds: number, width: number): string {
  const { totalUsd } = billOf(usage, prices);
  const rows = [
    ...costLines(usage, prices).map(({ name, quantity, unit, unitPriceUsd, usd }) => [
      name,
      significant(quantity, 3),
      unit,
      `$${significant(unitPriceUsd, 4)}`,
      `$${fixed(usd, 4)}`,
    ]),
    ['together', '', '', '', `$${fixed(totalUsd, 4)}`],
    ['a round', '', '', '', `$${fixed(totalUsd / rounds, 6)}`],
  ];
  return printTable({ columns: COLUMNS, rows, width });
}
