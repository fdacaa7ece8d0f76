import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import * as z from 'zod';

const hex = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`))
    .refine((id) => /[^0]/.test(id), 'an id of zeros is not valid');
const nanoseconds = z.string().regex(/^\d{1,19}$/);
const attribute = z.strictObject({
  key: z.string().min(1),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ boolValue: z.boolean() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
    z.strictObject({ doubleValue: z.number() }),
  ]),
});
const attributes = z
  .array(attribute)
  .refine((list) => new Set(list.map(({ key }) => key)).size === list.length, 'keys are unique');
const resource = z.strictObject({ attributes });
const scope = z.strictObject({ name: z.string(), version: z.string() });
const span = z
  .strictObject({
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: hex(16).optional(),
    name: z.string().min(1),
    kind: z.int().min(1).max(5),
    startTimeUnixNano: nanoseconds,
    endTimeUnixNano: nanoseconds,
    attributes,
  })
  .refine((each) => BigInt(each.startTimeUnixNano) <= BigInt(each.endTimeUnixNano), 'ends after its start');
const gauge = z.strictObject({
  name: z.string().regex(/^[a-zA-Z][-_./a-zA-Z0-9]{0,254}$/),
  unit: z.string().max(63),
  gauge: z.strictObject({
    dataPoints: z
      .array(z.strictObject({ timeUnixNano: nanoseconds, asDouble: z.number(), attributes }))
      .min(1),
  }),
});
const tracesRequest = z.strictObject({
  resourceSpans: z
    .array(
      z.strictObject({
        resource,
        scopeSpans: z.array(z.strictObject({ scope, spans: z.array(span).min(1) })).min(1),
      }),
    )
    .min(1),
});
const metricsRequest = z.strictObject({
  resourceMetrics: z
    .array(
      z.strictObject({
        resource,
        scopeMetrics: z.array(z.strictObject({ scope, metrics: z.array(gauge).min(1) })).min(1),
      }),
    )
    .min(1),
});

export type CollectedSpan = z.output<typeof span>;
export type CollectedGauge = z.output<typeof gauge>;

/** A collector of OTLP over HTTP in JSON, which keeps what it receives. */
export interface OtlpCollector {
  readonly url: string;
  readonly spans: CollectedSpan[];
  readonly gauges: CollectedGauge[];
  /** Resource attributes of the last request, by key. */
  readonly resource: ReadonlyMap<string, unknown>;
  /** Headers of the last request. */
  readonly headers: () => Readonly<Record<string, unknown>>;
  /** What was wrong with requests, by the rules of the protocol. */
  readonly faults: string[];
}

/**
 * Starts a collector that checks each request by the rules of OTLP's JSON encoding.
 *
 * @param statusOf The status to answer a request with, by its number from 0; 200 by default.
 */
export async function startOtlpCollector(
  statusOf: (request: number) => number = () => 200,
): Promise<OtlpCollector> {
  const spans: CollectedSpan[] = [];
  const gauges: CollectedGauge[] = [];
  const described = new Map<string, unknown>();
  const faults: string[] = [];
  let headers: Readonly<Record<string, unknown>> = {};
  let requests = 0;
  const describe = ({ attributes: list }: z.output<typeof resource>): void => {
    for (const { key, value } of list) described.set(key, Object.values(value)[0]);
  };
  const take = (path: string | undefined, body: unknown): void => {
    if (path === '/v1/traces') {
      for (const { resource: of, scopeSpans } of tracesRequest.parse(body).resourceSpans) {
        describe(of);
        spans.push(...scopeSpans.flatMap((each) => each.spans));
      }
    } else if (path === '/v1/metrics') {
      for (const { resource: of, scopeMetrics } of metricsRequest.parse(body).resourceMetrics) {
        describe(of);
        gauges.push(...scopeMetrics.flatMap((each) => each.metrics));
      }
    } else throw new Error(`${path} is no path of the protocol.`);
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = statusOf(requests++);
      headers = request.headers;
      try {
        if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
          throw new Error(`${request.method} of ${request.headers['content-type']}`);
        }
        if (status === 200) take(request.url, JSON.parse(Buffer.concat(chunks).toString()));
      } catch (error) {
        faults.push(String(error));
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The collector has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    spans,
    gauges,
    resource: described,
    headers: () => headers,
    faults,
  };
}
