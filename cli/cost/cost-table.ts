import type { PriceParameters } from '#emulator/parameters/price-parameters.ts';
import { billOf, type Usage } from '#emulator/services/prices/bill.ts';

/** One line of an estimate: a quantity, its unit price and what they make. */
export interface CostLine {
  readonly name: string;
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceUsd: number;
  readonly usd: number;
}

/** Every unit that a run is charged for, by line; the lines add up to the bill of the same usage. */
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

/** The lines as a table with their total. */
export function costTable(usage: Usage, prices: PriceParameters, rounds: number): string {
  const lines = costLines(usage, prices);
  const { totalUsd } = billOf(usage, prices);
  const rows = [
    ...lines.map(({ name, quantity, unit, unitPriceUsd, usd }) => [
      name,
      significant(quantity),
      unit,
      `x ${significant(unitPriceUsd)} USD`,
      `${usd.toFixed(4)} USD`,
    ]),
    ['together', '', '', '', `${totalUsd.toFixed(4)} USD`],
    ['a round', '', '', '', `${(totalUsd / rounds).toFixed(6)} USD`],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) => {
      const [name, quantity, unit, price, usd] = row.map((cell, column) =>
        column === 0 || column === 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      );
      return `  ${name}  ${quantity} ${unit}  ${price}  ${usd}`;
    })
    .join('\n');
}

/** Four significant digits, without an exponent. */
function significant(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 12));
}
