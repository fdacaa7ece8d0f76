import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#shared/cloud/ports/clock.ts';
import type { RecordFields, Telemetry } from '#shared/cloud/ports/telemetry.ts';

/** Takes finished log lines. */
export type LogSink = (line: string) => void;

/**
 * Measures work with the clock and writes one JSON record a line, as log services read them. Tasks beside each other
 * keep their fields apart: they follow the calls of a task, not the time.
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
