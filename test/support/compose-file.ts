import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import * as z from 'zod';

/** What of the Compose Specification local/compose.yaml may use; anything else is a mistake, or new and to be thought about. */
const serviceSchema = z.strictObject({
  image: z.string(),
  ports: z.array(z.string()),
  // Strings only: Compose itself reads `1` as a number and `yes` as a truth value.
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string()),
  healthcheck: z.strictObject({
    test: z.tuple([z.literal('CMD')], z.string()),
    interval: z.string().regex(/^\d+s$/),
    timeout: z.string().regex(/^\d+s$/),
    retries: z.int().positive(),
  }),
});
const composeSchema = z.strictObject({
  services: z.strictObject({ localstack: serviceSchema }),
  volumes: z.record(z.string(), z.null()),
});

export interface ComposeFile {
  /** As written, with its comments. */
  readonly text: string;
  readonly localstack: z.output<typeof serviceSchema>;
  /** Names of the volumes it declares. */
  readonly volumes: readonly string[];
}

/** Reads local/compose.yaml; throws where it is not YAML (a key given twice included) or holds what is not expected. */
export function readComposeFile(): ComposeFile {
  const text = readFileSync(new URL('../../local/compose.yaml', import.meta.url), 'utf8');
  const document = parseDocument(text, { uniqueKeys: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  const { services, volumes } = composeSchema.parse(document.toJS());
  return { text, localstack: services.localstack, volumes: Object.keys(volumes) };
}
