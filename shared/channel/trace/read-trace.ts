import { DataError } from '#shared/errors.ts';
import { numberCell } from '#shared/tables/cells.ts';
import type { Table } from '#shared/tables/table.ts';
import { openTable } from '#shared/tables/table-registry.ts';
import {
  MOST_RATE,
  MOST_TRACE_VALUES,
  TRACE_QUANTITIES,
  type TraceQuantity,
  type TraceSettings,
} from './trace-settings.ts';

/** Latest time of a trace [s]: longer than any measurement, and exact in floating point. */
const MOST_SECONDS = 1e12;

/** Values of one device by round, or by time. */
type Series = Map<number, number>;

/**
 * Reads a measured channel from a table (CSV, TSV, JSON lines, Parquet). Its columns are `device` (from 0),
 * `round` (from 1) or `timeSeconds`, and one of `gainDb`, `snrDb` and `rateBitsPerSecond`. Values by time are
 * interpolated linearly at the start of each round.
 *
 * @param roundSeconds time of the trace that passes in a round, for traces by time
 * @throws DataError naming the file and row, or the device and round, of a missing or wrong value
 */
export async function readTrace(path: string, roundSeconds: number): Promise<TraceSettings> {
  const table = await openTable(path);
  const quantity = quantityOf(table);
  const byTime = !table.columns.includes('round');
  const when = byTime ? 'timeSeconds' : 'round';
  for (const column of ['device', when]) {
    if (table.columns.includes(column)) continue;
    throw new DataError(`has no column ${column === 'device' ? column : 'round, and none timeSeconds'}.`, {
      subject: path,
      remedy:
        'A trace has the columns device, round (or timeSeconds), and gainDb, snrDb or rateBitsPerSecond.',
    });
  }
  const series: Series[] = [];
  let count = 0;
  for await (const row of table.rows(['device', when, quantity])) {
    const fail = (message: string): never => {
      throw new DataError(message, { subject: table.placeOf(row), remedy: 'Correct or remove the row.' });
    };
    const device = numberCell(table, row, 'device');
    const at = numberCell(table, row, when);
    const value = numberCell(table, row, quantity);
    if (!(Number.isInteger(device) && device >= 0 && device < MOST_TRACE_VALUES)) {
      fail(`the column device is ${device}; devices are counted from 0.`);
    }
    if (!byTime && !(Number.isInteger(at) && at >= 1))
      fail(`the column round is ${at}; rounds are counted from 1.`);
    if (byTime && Math.abs(at) > MOST_SECONDS) {
      fail(`the column timeSeconds is ${at}; times are at most ${MOST_SECONDS} s.`);
    }
    const fault = faultOf(quantity, value);
    if (fault !== undefined) fail(`the column ${quantity} is ${value}${fault}`);
    count++;
    if (count > MOST_TRACE_VALUES) fail(`is row ${count}; a trace has at most ${MOST_TRACE_VALUES}.`);
    while (series.length <= device) series.push(new Map());
    if (series[device].has(at))
      fail(`device ${device} has ${byTime ? `the time ${at} s` : `round ${at}`} twice.`);
    series[device].set(at, value);
  }
  const missing = series.findIndex(({ size }) => size === 0);
  if (series.length === 0 || missing >= 0) {
    throw new DataError(series.length === 0 ? 'has no rows.' : `has no rows of device ${missing}.`, {
      subject: path,
      remedy: 'Number the devices from 0 without a gap.',
    });
  }
  const rounds = byTime ? sampledRounds(series, roundSeconds) : largest(series.map(lastOf));
  if (rounds * series.length > MOST_TRACE_VALUES) {
    throw new DataError(
      `gives ${rounds} rounds of ${series.length} devices; at most ${MOST_TRACE_VALUES} values are allowed.`,
      {
        subject: path,
        remedy: byTime ? 'Raise channel.traceRoundSeconds, or cut the trace.' : 'Cut the trace.',
      },
    );
  }
  const columns = byTime
    ? series.map((one) => sampled(one, rounds, roundSeconds))
    : series.map((one, device) => byRound(one, device, rounds, path));
  const values = Array.from({ length: rounds }, (_, round) => columns.map((column) => column[round])).flat();
  return { file: path, quantity, devices: series.length, values };
}

/** The fault of a value, as the continuation of a message; undefined for a valid value. */
function faultOf(quantity: TraceQuantity, value: number): string | undefined {
  if (quantity !== 'rateBitsPerSecond')
    return Math.abs(value) > 300 ? ' dB; allowed are -300 to 300.' : undefined;
  if (value <= 0) return '; a device without a rate cannot be scheduled.';
  return value > MOST_RATE ? `; at most ${MOST_RATE} is allowed.` : undefined;
}

function quantityOf({ path, columns }: Table): TraceQuantity {
  const found = TRACE_QUANTITIES.filter((name) => columns.includes(name));
  if (found.length === 1) return found[0];
  throw new DataError(
    found.length === 0
      ? `has none of the columns ${TRACE_QUANTITIES.join(', ')}; it has ${columns.join(', ')}.`
      : `has the columns ${found.join(' and ')}, of which only one can be used.`,
    {
      subject: path,
      remedy: found.length === 0 ? 'Give the column of the values one of these names.' : 'Keep one of them.',
    },
  );
}

/** The values of rounds 1 to `rounds`, the last round of any device. @throws DataError for a missing value */
function byRound(one: Series, device: number, rounds: number, path: string): readonly number[] {
  return Array.from({ length: rounds }, (_, index) => {
    const value = one.get(index + 1);
    if (value !== undefined) return value;
    throw new DataError(
      `has no value of device ${device} in round ${index + 1}; its last round is ${rounds}.`,
      {
        subject: path,
        remedy: 'Add the value, or remove the round for all devices and renumber the other rounds.',
      },
    );
  });
}

function lastOf(series: Series): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const at of series.keys()) last = Math.max(last, at);
  return last;
}

/** Number of rounds from each device's first time to the end of the shortest series. */
function sampledRounds(series: readonly Series[], roundSeconds: number): number {
  const seconds = series.reduce(
    (least, one) => Math.min(least, lastOf(one) - firstOf(one)),
    Number.POSITIVE_INFINITY,
  );
  return Math.floor(seconds / roundSeconds) + 1;
}

/**
 * The values at the start of each round from the device's first time on. Between two times they are
 * interpolated.
 */
function sampled(one: Series, rounds: number, roundSeconds: number): readonly number[] {
  const times = [...one.keys()].sort((left, right) => left - right);
  let next = 0;
  return Array.from({ length: rounds }, (_, round) => {
    const at = times[0] + round * roundSeconds;
    while (next < times.length - 1 && times[next] < at) next++;
    const after = one.get(times[next]) ?? 0;
    if (next === 0 || times[next] === at) return after;
    const before = one.get(times[next - 1]) ?? 0;
    return before + ((after - before) * (at - times[next - 1])) / (times[next] - times[next - 1]);
  });
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

function firstOf(series: Series): number {
  let first = Number.POSITIVE_INFINITY;
  for (const at of series.keys()) first = Math.min(first, at);
  return first;
}
