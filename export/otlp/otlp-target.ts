import { type HttpAddress, httpAddress } from '#export/http-address.ts';
import type { Environment } from '#shared/environment.ts';
import { ConfigError } from '#shared/errors.ts';
import type { OtlpTarget } from './otlp-sender.ts';

/** Where a collector listens by default. */
const DEFAULT_ENDPOINT = 'http://localhost:4318';

const DEFAULT_TIMEOUT_MS = 10_000;
const LONGEST_TIMEOUT_MS = 86_400_000;

/**
 * The collector that an option names; without a value the one of OpenTelemetry's own variables. Headers and
 * the time limit are always those of the variables.
 *
 * @param given The option's value; true where it has none.
 * @throws ConfigError naming the option or variable that cannot be used.
 */
export function otlpTarget(given: string | true, environment: Environment): OtlpTarget {
  const {
    OTEL_EXPORTER_OTLP_ENDPOINT: base,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: metrics,
    OTEL_EXPORTER_OTLP_HEADERS: headers,
  } = environment;
  const fromVariables = given === true;
  const general = fromVariables
    ? collectorAddress(base || DEFAULT_ENDPOINT, 'OTEL_EXPORTER_OTLP_ENDPOINT')
    : collectorAddress(given, '--otlp');
  const address = (signal: 'traces' | 'metrics', own: string | undefined) =>
    fromVariables && own
      ? collectorAddress(own, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`)
      : { ...general, url: `${general.url}/v1/${signal}` };
  return {
    traces: address('traces', traces),
    metrics: address('metrics', metrics),
    headers: keyValues(headers, 'OTEL_EXPORTER_OTLP_HEADERS'),
    timeoutMs: timeoutMs(environment.OTEL_EXPORTER_OTLP_TIMEOUT),
  };
}

/**
 * The pairs of a variable such as `api-key=secret,tenant=a%20b`. The text of an error does not hold a value,
 * which may be a secret.
 *
 * @throws ConfigError naming the variable and the pair's number.
 */
export function keyValues(text: string | undefined, variable: string): Readonly<Record<string, string>> {
  const pairs = (text ?? '').split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair, index) => {
      const split = pair.indexOf('=');
      const name = pair.slice(0, Math.max(0, split)).trim();
      const value = decoded(pair.slice(split + 1).trim());
      if (name !== '' && value !== undefined) return [name, value];
      throw new ConfigError(`its entry ${index + 1} is not a name and a value.`, {
        subject: variable,
        remedy: 'Give entries as name=value, separated by commas; encode other characters with %.',
      });
    }),
  );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function collectorAddress(text: string, subject: string): HttpAddress {
  return httpAddress(text, {
    subject,
    message: 'is not the address of a collector.',
    remedy: 'Give it as http://HOST:4318; OTLP over gRPC is not supported.',
  });
}

function timeoutMs(text: string | undefined): number {
  if (text === undefined || text.trim() === '') return DEFAULT_TIMEOUT_MS;
  const value = Number(text);
  if (value > 0 && value <= LONGEST_TIMEOUT_MS) return value;
  throw new ConfigError('is not a number of milliseconds up to a day.', {
    subject: 'OTEL_EXPORTER_OTLP_TIMEOUT',
    remedy: 'For example 10000.',
  });
}
