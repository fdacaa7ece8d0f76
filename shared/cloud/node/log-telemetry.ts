import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { RecordFields, Telemetry } from '#shared/cloud/ports/telemetry.ts';

/** Receives finished log lines. */
export type LogSink = (line: string) => void;

/**
 * Telemetry that measures work with the clock and writes one JSON record a line. Fields of `within` follow
 * the asynchronous calls of their task, so concurrent tasks do not mix their fields.
 */
export function logTelemetry(clock: Clock, functionName: string, sink: LogSink): Telemetry {
  const surroundings = new AsyncLocalStorage<RecordFields>();
  const record = (event: string, fields: RecordFields): void => {
    const common = { timeMs: clock.nowMs(), function: functionName, event, ...surroundings.getStore() };
    sink(JSON.stringify({ ...common, ...fields }));
  };
  return {
    within: (fields, task) => surroundings.run({ ...surroundings.getStore(), ...fields }, task),
    async measure(work, task) {
      const beganMs = clock.monotonicMs();
      const result = await task();
      const elapsedMs = clock.monotonicMs() - beganMs;
      record('work', { ...work, elapsedMs });
      return { result, elapsedMs };
    },
    event: record,
  };
}
