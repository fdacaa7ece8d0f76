import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import * as z from 'zod';

/**
 * The part of the Compose Specification that local/compose.yaml uses. Other keys are refused as likely
 * mistakes.
 */
const serviceSchema = z.strictObject({
  image: z.string(),
  ports: z.array(z.string()),
  // Strings only, because Compose reads `1` as a number and `yes` as a boolean.
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
  /** The file's text, including comments. */
  readonly text: string;
  readonly localstack: z.output<typeof serviceSchema>;
  /** Names of the volumes it declares. */
  readonly volumes: readonly string[];
}

/**
 * Reads local/compose.yaml.
 *
 * @throws if it is not valid YAML (also for a repeated key) or has unexpected content.
 */
export function readComposeFile(): ComposeFile {
  const text = readFileSync(new URL('../../local/compose.yaml', import.meta.url), 'utf8');
  const document = parseDocument(text, { uniqueKeys: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  const { services, volumes } = composeSchema.parse(document.toJS());
  return { text, localstack: services.localstack, volumes: Object.keys(volumes) };
}
