import { ModelError } from '#shared/errors.ts';
import {
  COMPANION_FILES,
  CONFIG_FILE,
  INDEX_FILE,
  WEIGHTS_FILE,
} from '#shared/model/hugging-face/model-files.ts';
import type { WeightIndex } from '#shared/model/hugging-face/weight-index.ts';
import type { HubId } from './hub-id.ts';
import type { ExpectedFile } from './verified-download.ts';

/** What a hub says of a repository's files, by name. */
export type AnnouncedFiles = ReadonlyMap<string, ExpectedFile>;

/** Asks a hub for the files at the top of a repository. */
export async function announcedFiles(
  { name: repo, revision }: HubId,
  hub: { readonly hubUrl: string; readonly accessToken?: string },
): Promise<AnnouncedFiles> {
  const { listFiles } = await import('@huggingface/hub');
  const found = new Map<string, ExpectedFile>();
  for await (const entry of listFiles({ ...hub, repo, revision })) {
    if (entry.type !== 'file') continue;
    const { path: name, size: bytes, lfs, oid } = entry;
    found.set(name, { name, bytes, sha256: lfs?.oid, gitHash: lfs === undefined ? oid : undefined });
  }
  return found;
}

export interface ModelFiles {
  /** The files of a model directory, but for shards of its weights. */
  readonly files: readonly ExpectedFile[];
  /** Whether the weights lie in shards, which the index among the files names. */
  readonly isSharded: boolean;
}

/**
 * Those of a repository's files that make up a model directory. Where the weights lie both in one file and in shards, the
 * one file is taken.
 *
 * @throws {@link ModelError} naming the file that a model directory must have.
 */
export function modelFilesOf(announced: AnnouncedFiles, id: HubId): ModelFiles {
  const isSharded = !announced.has(WEIGHTS_FILE) && announced.has(INDEX_FILE);
  const required = [CONFIG_FILE, isSharded ? INDEX_FILE : WEIGHTS_FILE];
  const missing = required.find((name) => !announced.has(name));
  if (missing !== undefined) {
    throw new ModelError(`has no ${missing}.`, {
      subject: `${id.name}@${id.revision}`,
      remedy: 'Choose a model that is stored as safetensors, or save it so with transformers.',
    });
  }
  const wanted: readonly string[] = [...required, ...COMPANION_FILES];
  return { files: [...announced.values()].filter(({ name }) => wanted.includes(name)), isSharded };
}

/** The shards that an index names. Throws a {@link ModelError} naming the first that the repository lacks. */
export function shardsOf(index: WeightIndex, announced: AnnouncedFiles, id: HubId): readonly ExpectedFile[] {
  return [...index.keys()].map((shard) => {
    const file = announced.get(shard);
    if (file !== undefined) return file;
    throw new ModelError(`has no ${shard}, which its ${INDEX_FILE} names.`, {
      subject: `${id.name}@${id.revision}`,
      remedy: 'Choose another revision of the model.',
    });
  });
}
