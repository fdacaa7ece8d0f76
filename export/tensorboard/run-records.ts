import { roundScalars } from '#export/run/round-scalars.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { summaryRecord, versionRecord } from './event-record.ts';

/** The records at the start of a run's event file: the version of the format, and the settings as text. */
export function firstRecords(startedAtMs: number, config: RunConfig | undefined): Uint8Array {
  const records = [versionRecord(startedAtMs / 1000)];
  if (config !== undefined) {
    const text = `    ${JSON.stringify(config, null, 2).replaceAll('\n', '\n    ')}`;
    records.push(summaryRecord(startedAtMs / 1000, 0, [{ tag: 'settings', text }]));
  }
  return Buffer.concat(records);
}

/** The record of a round: its scalars, at the step of its number. */
export function roundRecord(endedAtMs: number, metrics: RoundMetrics): Uint8Array {
  const values = roundScalars(metrics).map(({ name, value }) => ({ tag: name, scalar: value }));
  return summaryRecord(endedAtMs / 1000, metrics.round, values);
}

/**
 * The name of an event file, with the time to the millisecond: a run may be resumed within a second.
 * TensorBoard reads every file with `tfevents` in its name, in the order of their names.
 */
export function eventFileName(startedAtMs: number): string {
  const seconds = Math.floor(startedAtMs / 1000);
  const milliseconds = String(Math.floor(startedAtMs % 1000)).padStart(3, '0');
  return `events.out.tfevents.${seconds}.${milliseconds}.airtune`;
}
