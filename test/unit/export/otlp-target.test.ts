import { describe, expect, test } from 'vitest';
import { keyValues, otlpTarget } from '#export/otlp/otlp-target.ts';
import { AirtuneError } from '#shared/errors.ts';

describe('the collector', () => {
  test('is the one of the option, with headers of the environment', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://third/traces',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, tenant=x=y',
    };
    expect(otlpTarget('https://collector:4318/', environment)).toEqual({
      traces: { url: 'https://collector:4318/v1/traces', authorization: undefined },
      metrics: { url: 'https://collector:4318/v1/metrics', authorization: undefined },
      headers: { 'api-key': 'a b', tenant: 'x=y' },
      timeoutMs: 10_000,
    });
  });

  test("is that of OpenTelemetry's variables where the option has no value, else the local one", () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318/base/',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://third/traces',
      OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
    };
    expect(otlpTarget(true, environment)).toEqual({
      traces: { url: 'http://third/traces', authorization: undefined },
      metrics: { url: 'http://other:4318/base/v1/metrics', authorization: undefined },
      headers: {},
      timeoutMs: 2500,
    });
    expect(otlpTarget(true, {}).traces.url).toBe('http://localhost:4318/v1/traces');
  });

  test('with a user name and password has them in a header, and not in its address', () => {
    const authorization = `Basic ${Buffer.from('me:pass word').toString('base64')}`;
    expect(otlpTarget('http://me:pass%20word@collector:4318', {})).toMatchObject({
      traces: { url: 'http://collector:4318/v1/traces', authorization },
      metrics: { url: 'http://collector:4318/v1/metrics', authorization },
    });
  });

  test.each([
    [
      () => otlpTarget('http://me:%zz@collector', {}),
      /--otlp: has a user name or password that is not encoded/,
    ],
    [
      () => otlpTarget('http://collector/?key=secret', {}),
      /^--otlp: is not the address of a collector\. [^?]*$/,
    ],
    [() => otlpTarget(true, { OTEL_EXPORTER_OTLP_TIMEOUT: '1e300' }), /OTEL_EXPORTER_OTLP_TIMEOUT: is not/],
    [() => otlpTarget('collector:4317', {}), /--otlp: is not the address of a collector/],
    [
      () => otlpTarget(true, { OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://x' }),
      /OTEL_EXPORTER_OTLP_ENDPOINT: is not/,
    ],
    [
      () => otlpTarget(true, { OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' }),
      /OTEL_EXPORTER_OTLP_TIMEOUT: is not a number/,
    ],
  ])('that cannot be used is named by its option or variable', (target, line) => {
    expect(lineOf(target)).toMatch(line);
  });

  test('whose headers are wrong is refused without showing them', () => {
    const line = lineOf(() => keyValues('a=1,secret', 'OTEL_EXPORTER_OTLP_HEADERS'));
    expect(line).toMatch(/OTEL_EXPORTER_OTLP_HEADERS: its entry 2 is not a name and a value/);
    expect(line).not.toContain('secret');
  });
});

function lineOf(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (error instanceof AirtuneError) return error.line;
    throw error;
  }
  throw new Error('Expected an error.');
}
