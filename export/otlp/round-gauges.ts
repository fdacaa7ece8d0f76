import { roundScalars } from '#export/run/round-scalars.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { attributes, type OtlpGauge } from './otlp-json.ts';

/** Units of OpenTelemetry (UCUM) by the end of a figure's name. A name without one is a number. */
const UNITS: Readonly<Record<string, string>> = { _s: 's', _j: 'J' };

/** Figures of one group that differ in an attribute only. */
const CRITICAL_PATH = 'critical_path/';

/** The figures of a round as gauges, at the time of its end. [ms since 1970-01-01 UTC] */
export function roundGauges(metrics: RoundMetrics, endedAtMs: number): readonly OtlpGauge[] {
  const timeUnixNano = String(BigInt(Math.round(endedAtMs * 1000)) * 1000n);
  return roundScalars(metrics).map(({ name, value }) => {
    const end = Object.keys(UNITS).find((known) => name.endsWith(known));
    const bare = end === undefined ? name : name.slice(0, -end.length);
    const stage = bare.startsWith(CRITICAL_PATH) ? bare.slice(CRITICAL_PATH.length) : undefined;
    const path = stage === undefined ? bare.replace('/', '.') : 'critical_path';
    return {
      name: `airtune.${path}`,
      unit: end === undefined ? '1' : UNITS[end],
      gauge: {
        dataPoints: [{ timeUnixNano, asDouble: value, attributes: attributes({ 'airtune.stage': stage }) }],
      },
    };
  });
}
