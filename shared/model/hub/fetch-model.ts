import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolder } from '#shared/create-folder.ts';
import { ModelError, ServiceError } from '#shared/errors.ts';
import { readWeightIndex } from '#shared/model/hugging-face/weight-index.ts';
import { announcedFiles, modelFilesOf, shardsOf } from './announced-files.ts';
import { hubError, WITHOUT_HUB } from './hub-errors.ts';
import { type HubId, isCommit } from './hub-id.ts';
import { type HubSnapshot, MANIFEST_FILE, readSnapshot, type SnapshotManifest } from './hub-snapshot.ts';
import { type ExpectedFile, saveVerified } from './verified-download.ts';

export interface HubAccess {
  /** Folder of fetched models: `<cache>/<organisation>--<name>/<commit>/`. */
  readonly cacheDirectory: string;
  readonly hubUrl: string;
  readonly accessToken: string | undefined;
  /** Receives a line for each download. */
  readonly log: (line: string) => void;
}

/**
 * Returns a hub's model as a directory on this machine: from the cache if its commit is there, else
 * downloaded and checked against the hub's hashes. A folder in the cache is always complete; an interrupted
 * download leaves none. A cached commit needs no network.
 *
 * @throws ModelError when there is no such model, or a file is missing, truncated or does not match its
 *   announced hash; ServiceError when the hub does not respond.
 */
export async function fetchModel(id: HubId, access: HubAccess): Promise<HubSnapshot> {
  const pinned = await readPinned(id, access);
  if (pinned !== undefined) return pinned;
  try {
    const commit = await resolveRevision(id, access);
    const directory = snapshotDirectory(id.name, commit, access);
    const cached = await readSnapshot(directory);
    if (cached !== undefined) return cached;
    const aside = `${directory}.${randomUUID()}.part`;
    try {
      const manifest = await fetchFiles({ name: id.name, revision: commit }, access, aside);
      await moveInto(aside, directory);
      return { ...manifest, directory };
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  } catch (error) {
    throw hubError(id, access.hubUrl, error);
  }
}

/**
 * Returns a hub's model from the cache only, for use without a network.
 *
 * @throws ServiceError when the id does not name a commit, or the commit is not cached.
 */
export async function cachedModel(id: HubId, access: HubAccess): Promise<HubSnapshot> {
  const pinned = await readPinned(id, access);
  if (pinned !== undefined) return pinned;
  const what = isCommit(id.revision) ? 'is not in the cache' : 'is not named by a commit in the cache';
  throw new ServiceError(`${what}, and HF_HUB_OFFLINE forbids to ask a hub.`, {
    subject: `${id.name}@${id.revision}`,
    remedy: WITHOUT_HUB,
  });
}

async function readPinned({ name, revision }: HubId, access: HubAccess): Promise<HubSnapshot | undefined> {
  return isCommit(revision) ? readSnapshot(snapshotDirectory(name, revision, access)) : undefined;
}

function snapshotDirectory(name: string, commit: string, { cacheDirectory }: HubAccess): string {
  return join(cacheDirectory, name.replace('/', '--'), commit);
}

/** The commit that a branch or tag refers to now. */
async function resolveRevision({ name, revision }: HubId, access: HubAccess): Promise<string> {
  const { modelInfo } = await import('@huggingface/hub');
  const { sha } = await modelInfo({ ...request(access), name, revision, additionalFields: ['sha'] });
  if (typeof sha === 'string' && isCommit(sha)) return sha;
  throw new ModelError('the hub does not say its commit.', { subject: `${name}@${revision}` });
}

async function fetchFiles(id: HubId, access: HubAccess, directory: string): Promise<SnapshotManifest> {
  const announced = await announcedFiles(id, request(access));
  const { files, isSharded } = modelFilesOf(announced, id);
  await createFolder(directory);
  const sha256: Record<string, string> = {};
  const fetchAll = async (wanted: readonly ExpectedFile[]) => {
    for (const file of wanted) sha256[file.name] = await fetchFile(file, id, access, directory);
  };
  await fetchAll(files);
  if (isSharded) await fetchAll(shardsOf(await readWeightIndex(directory), announced, id));
  const manifest: SnapshotManifest = {
    format: 'airtune-hub-snapshot',
    version: 1,
    name: id.name,
    commit: id.revision,
    sha256,
  };
  await writeFile(join(directory, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Downloads one file and checks it. Returns its SHA-256. */
async function fetchFile(
  file: ExpectedFile,
  { name, revision }: HubId,
  access: HubAccess,
  directory: string,
): Promise<string> {
  const { downloadFile } = await import('@huggingface/hub');
  access.log(`fetching ${name}@${revision.slice(0, 12)} ${file.name} (${megabytes(file.bytes)} MB)`);
  const content = await downloadFile({
    ...request(access),
    repo: name,
    revision,
    path: file.name,
    // Plain HTTP: one stream, whose hash is checked during the download.
    xet: false,
  });
  if (content === null) throw new ModelError('is announced, but not there.', { subject: file.name });
  return saveVerified(chunksOf(content), join(directory, file.name), file);
}

/** Renames a complete folder to its final name. If another process was faster, its equal folder is used. */
async function moveInto(aside: string, directory: string): Promise<void> {
  try {
    await rename(aside, directory);
  } catch (error) {
    if ((await readSnapshot(directory)) === undefined) throw error;
  }
}

function request({ hubUrl, accessToken }: HubAccess) {
  return { hubUrl, ...(accessToken === undefined ? {} : { accessToken }) };
}

async function* chunksOf(content: Blob): AsyncGenerator<Uint8Array> {
  const reader = content.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
