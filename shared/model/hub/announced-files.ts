import { isAbsolute } from 'node:path';
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

/** A hub's description of a repository's files, by file name. */
export type AnnouncedFiles = ReadonlyMap<string, ExpectedFile>;

/** Requests the list of a repository's files from the hub: of a model those at the top level, else all. */
export async function announcedFiles(
  type: 'model' | 'dataset',
  { name: repo, revision }: HubId,
  hub: { readonly hubUrl: string; readonly accessToken?: string },
): Promise<AnnouncedFiles> {
  const { listFiles } = await import('@huggingface/hub');
  const found = new Map<string, ExpectedFile>();
  for await (const entry of listFiles({
    ...hub,
    repo: { type, name: repo },
    revision,
    recursive: type === 'dataset',
  })) {
    if (entry.type !== 'file') continue;
    const { path: name, size: bytes, lfs, oid } = entry;
    // A path from elsewhere must not lead out of the folder that it is saved in.
    if (name.split(/[\\/]/).includes('..') || isAbsolute(name)) continue;
    found.set(name, { name, bytes, sha256: lfs?.oid, gitHash: lfs === undefined ? oid : undefined });
  }
  return found;
}

export interface ModelFiles {
  /** Files of a model directory, except the shards of its weights. */
  readonly files: readonly ExpectedFile[];
  /** Whether the weights are in shards; the index among the files names them. */
  readonly isSharded: boolean;
}

/**
 * Selects the files of a repository that form a model directory. If the weights exist both as one file and as
 * shards, the single file is used.
 *
 * @throws {@link ModelError} naming a required file that the repository lacks.
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

/**
 * Files of the shards that an index names. Throws a {@link ModelError} with the first shard that the
 * repository lacks.
 */
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
