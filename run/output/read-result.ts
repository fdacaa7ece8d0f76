import { join } from 'node:path';
import * as z from 'zod';
import { systemErrorCode } from '#shared/cloud/file/file-errors.ts';
import { runConfigSchema } from '#shared/config/run-config.ts';
import { ConfigError } from '#shared/errors.ts';
import { readTextFile } from '#shared/text-file.ts';
import { RESULT_VERSION } from './run-output.ts';

/** What a finished run's result.json says of the model that it trained; its measurements are for others to read. */
const resultSchema = z.object({
  format: z.literal('airtune-result'),
  version: z.literal(RESULT_VERSION),
  config: runConfigSchema,
  labelNames: z.array(z.string()).min(2),
});

export type StoredResult = z.output<typeof resultSchema>;

/**
 * What result.json says of its version is looked at before anything else: fields of another one may mean something else.
 * What has no version is let through; it is not the result of a run, and whoever checks it whole says so.
 *
 * @throws ConfigError saying of which version the file is
 */
export function requireThisVersion(value: unknown, path: string): void {
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : RESULT_VERSION;
  if (version === RESULT_VERSION) return;
  throw new ConfigError(`is of version ${String(version)}; this is version ${RESULT_VERSION}.`, {
    subject: path,
    remedy: 'Read it with the airtune that wrote it.',
  });
}

/**
 * Reads result.json of a run's output folder; undefined when there is none.
 *
 * @throws ConfigError when it is not one that this version writes.
 */
export async function readResult(folder: string): Promise<StoredResult | undefined> {
  const path = join(folder, 'result.json');
  try {
    return resultSchema.parse(JSON.parse(await readTextFile(path)));
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    throw new ConfigError('is not the result of a run, or of another version.', {
      subject: path,
      remedy: 'Name the output folder of a finished run of this version.',
      cause,
    });
  }
}
