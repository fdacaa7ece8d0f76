import { readTrace } from '#shared/channel/trace/read-trace.ts';
import { type TraceSettings, traceRounds } from '#shared/channel/trace/trace-settings.ts';
import { mergeSettings, type RawSettings, settingsAt, valueAt } from '#shared/config/merge-settings.ts';

/** Time of a trace that passes in a round [s], where the settings do not say. */
const DEFAULT_ROUND_SECONDS = 1;

/**
 * Settings in which a trace's file is replaced by its values.
 *
 * @param given the setting `channel.traceRoundSeconds`, not checked
 * @throws DataError naming the file and the row or the device of a missing or wrong value
 */
export async function withTrace(settings: RawSettings, given: unknown): Promise<RawSettings> {
  const file = valueAt(settings, 'channel.trace');
  if (typeof file !== 'string') return settings;
  // The schema refuses any other value afterwards.
  const roundSeconds = typeof given === 'number' && given > 0 ? given : DEFAULT_ROUND_SECONDS;
  return mergeSettings(settings, settingsAt('channel.trace', await readTrace(file, roundSeconds)));
}

/**
 * Prints that a run is longer or shorter than its trace, or has fewer devices; prints nothing if it is as
 * large.
 *
 * @param tell `only-repeats` if the caller needs only a part of the trace
 */
export function traceNotice(
  { trace }: { readonly trace?: TraceSettings | string | undefined },
  training: { readonly rounds: number; readonly devices: number },
  write: (text: string) => unknown,
  tell: 'everything' | 'only-repeats' = 'everything',
): void {
  if (typeof trace !== 'object') return;
  const measured = traceRounds(trace);
  const { rounds, devices } = training;
  if (rounds > measured) {
    write(`airtune: notice: ${trace.file} has ${measured} rounds; it is repeated for ${rounds}.\n`);
  }
  if (tell === 'only-repeats') return;
  if (rounds < measured)
    write(`airtune: notice: of ${trace.file}, ${rounds} of ${measured} rounds are used.\n`);
  if (devices < trace.devices) {
    write(`airtune: notice: of ${trace.file}, ${devices} of ${trace.devices} devices are used.\n`);
  }
}
