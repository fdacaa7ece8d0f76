import type { Environment } from '#shared/environment.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';
import { attributes, type OtlpAttribute } from './otlp-json.ts';
import { keyValues } from './otlp-target.ts';

/** The attributes of a run as a resource: service, run, and the attributes of OTEL_RESOURCE_ATTRIBUTES. */
export function resourceAttributes(
  run: string,
  virtualTime: boolean,
  environment: Environment,
): readonly OtlpAttribute[] {
  return attributes({
    ...keyValues(environment.OTEL_RESOURCE_ATTRIBUTES, 'OTEL_RESOURCE_ATTRIBUTES'),
    'service.name': environment.OTEL_SERVICE_NAME || 'airtune',
    'service.version': AIRTUNE_VERSION,
    'airtune.run': run,
    'airtune.virtual_time': virtualTime,
  });
}
