/**
 * Requests of the OpenTelemetry protocol in JSON, as far as they are used. Ids are hexadecimal, 64-bit
 * integers are decimal text, and enumerations are numbers.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export interface TracesRequest {
  readonly resourceSpans: readonly {
    readonly resource: OtlpResource;
    readonly scopeSpans: readonly { readonly scope: OtlpScope; readonly spans: readonly OtlpSpan[] }[];
  }[];
}

export interface MetricsRequest {
  readonly resourceMetrics: readonly {
    readonly resource: OtlpResource;
    readonly scopeMetrics: readonly { readonly scope: OtlpScope; readonly metrics: readonly OtlpGauge[] }[];
  }[];
}

export interface OtlpResource {
  readonly attributes: readonly OtlpAttribute[];
}

export interface OtlpScope {
  readonly name: string;
  readonly version: string;
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value:
    | { readonly stringValue: string }
    | { readonly boolValue: boolean }
    | { readonly intValue: string }
    | { readonly doubleValue: number };
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** SPAN_KIND_INTERNAL. */
  readonly kind: 1;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
}

export interface OtlpGauge {
  readonly name: string;
  readonly unit: string;
  readonly gauge: {
    readonly dataPoints: readonly {
      readonly timeUnixNano: string;
      readonly asDouble: number;
      readonly attributes: readonly OtlpAttribute[];
    }[];
  };
}

/** Attributes by name; whole numbers are integers, and values that do not exist are left out. */
export function attributes(
  values: Readonly<Record<string, string | number | boolean | null | undefined>>,
): readonly OtlpAttribute[] {
  return Object.entries(values).flatMap(([key, value]): readonly OtlpAttribute[] => {
    switch (typeof value) {
      case 'string':
        return [{ key, value: { stringValue: value } }];
      case 'boolean':
        return [{ key, value: { boolValue: value } }];
      case 'number':
        return [
          { key, value: Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value } },
        ];
      default:
        return [];
    }
  });
}
