import { join } from 'node:path';
import { systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { parseStrict } from '#shared/config/parse-strict.ts';
import { ConfigError } from '#shared/errors.ts';
import { type DeviceMetrics, parseDeviceMetrics } from '#shared/protocol/device-metrics.ts';
import { type RoundMetrics, roundMetricsSchema } from '#shared/protocol/run-result.ts';
import { readRegularText } from '#shared/read-file.ts';

/** Name of the file with the metrics of each round in a run's output folder. */
export const METRICS_FILE = 'metrics.jsonl';

/** Name of the file with the scheduled devices of each round. */
export const DEVICES_FILE = 'devices.jsonl';

/**
 * The rounds of a finished or unfinished run; undefined if the folder does not have the file.
 *
 * @throws ConfigError naming the line and the field that is wrong.
 */
export function readRounds(folder: string): Promise<readonly RoundMetrics[] | undefined> {
  return readLines(join(folder, METRICS_FILE), (value, line) => parseStrict(roundMetricsSchema, value, line));
}

/** The scheduled devices of the same rounds; undefined if the folder does not have the file. */
export function readDevices(folder: string): Promise<readonly DeviceMetrics[] | undefined> {
  return readLines(join(folder, DEVICES_FILE), parseDeviceMetrics);
}

async function readLines<Value>(
  path: string,
  parse: (value: unknown, subject: string) => Value,
): Promise<readonly Value[] | undefined> {
  let text: string;
  try {
    text = await readRegularText(path, ConfigError);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n');
  // A run may be writing a line at this moment, so text after the last line feed is ignored.
  return lines.slice(0, -1).map((line, index) => {
    const subject = `${path}:${index + 1}`;
    return parse(parseJson(line, subject), subject);
  });
}

function parseJson(line: string, subject: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new ConfigError('is not JSON.', {
      subject,
      remedy: 'The file was changed. For an unfinished run, airtune run --resume writes it again.',
      cause,
    });
  }
}
