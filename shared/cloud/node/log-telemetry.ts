import type { Clock } from '../ports/clock.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** Takes finished log lines. */
export type LogSink = (line: string) => void;

/** Measures work with the clock and writes one JSON record a line, as log services read them. */
export function logTelemetry(clock: Clock, functionName: string, sink: LogSink): Telemetry {
  const record = (event: string, fields: Readonly<Record<string, string | number | boolean>>): void => {
    sink(JSON.stringify({ timeMs: clock.nowMs(), function: functionName, event, ...fields }));
  };
  return {
    async measure(work, task) {
      const beganMs = clock.nowMs();
      const result = await task();
      const elapsedMs = clock.nowMs() - beganMs;
      record('work', { ...work, elapsedMs });
      return { result, elapsedMs };
    },
    event: record,
  };
}
