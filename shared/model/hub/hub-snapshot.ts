import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';

/** File in a cached snapshot that holds its name, commit and hashes. */
export const MANIFEST_FILE = 'snapshot.json';

export const manifestSchema = z.strictObject({
  format: z.literal('airtune-hub-snapshot'),
  version: z.literal(1),
  name: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** SHA-256 of each file, in hexadecimal, by name. */
  sha256: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

export type SnapshotManifest = z.output<typeof manifestSchema>;

/** A hub's model at one commit, on this machine. */
export interface HubSnapshot extends SnapshotManifest {
  /** Hugging Face directory of the model. */
  readonly directory: string;
}

/**
 * Returns a snapshot from the cache; undefined when there is none. Every file is hashed to check that it is
 * unchanged.
 *
 * @throws ModelError naming a file that has changed since the download.
 */
export async function readSnapshot(directory: string): Promise<HubSnapshot | undefined> {
  const path = join(directory, MANIFEST_FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest = parseManifest(text, path);
  for (const [name, expected] of Object.entries(manifest.sha256)) {
    const file = join(directory, name);
    const bytes = await readFile(file).catch(() => undefined);
    const found = bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex');
    if (found === expected) continue;
    throw new ModelError('differs from the file that was fetched from the hub.', {
      subject: file,
      remedy: `Remove the folder ${directory} and run again.`,
    });
  }
  return { ...manifest, directory };
}

function parseManifest(text: string, path: string): SnapshotManifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ModelError('does not describe a fetched model.', {
      subject: path,
      remedy: 'Remove its folder and run again.',
      cause,
    });
  }
}
