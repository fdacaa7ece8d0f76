import * as z from 'zod';

const recordSchema = z.looseObject({
  timeMs: z.number(),
  function: z.string(),
  event: z.string(),
  stage: z.string().optional(),
  run: z.string().optional(),
  round: z.int().optional(),
  traceId: z.string().optional(),
});

/** A structured log record, as functions write it. */
export type LogRecord = z.output<typeof recordSchema>;

/** The log records among lines of output. */
export function logRecords(output: string): readonly LogRecord[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => recordSchema.parse(JSON.parse(line)));
}
