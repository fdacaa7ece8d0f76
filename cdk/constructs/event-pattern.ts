import { FilterPattern, type JsonPattern } from 'aws-cdk-lib/aws-logs';
import type { LogEventFields, LogEventName } from '#shared/protocol/log-events.ts';

/** Selects the records of an event in a log group. */
export function eventPattern(name: LogEventName): JsonPattern {
  return FilterPattern.stringValue('$.event', '=', name);
}

/** A field of an event's records, as metric filters read it. */
export function eventField<Name extends LogEventName>(
  _name: Name,
  field: keyof LogEventFields<Name> & string,
): string {
  return `$.${field}`;
}

/** Selects the records of an event in a query of CloudWatch Logs Insights. */
export function eventQuery(name: LogEventName): string {
  return `filter event = '${name}'`;
}
