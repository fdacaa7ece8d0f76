import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFolder } from '#shared/create-folder.ts';
import { ModelError, ServiceError } from '#shared/errors.ts';
import { announcedFiles } from './announced-files.ts';
import { hubError } from './hub-errors.ts';
import { type HubId, isCommit } from './hub-id.ts';
import { type HubSnapshot, MANIFEST_FILE, readSnapshot, type SnapshotManifest } from './hub-snapshot.ts';
import type { RepositoryKind } from './repository-kind.ts';
import { type ExpectedFile, saveVerified } from './verified-download.ts';

export interface HubAccess {
  /** Folder of fetched repositories, each at `<cache>/<name>/<commit>/`. */
  readonly cacheDirectory: string;
  readonly hubUrl: string;
  readonly accessToken: string | undefined;
  /** Receives a line for each download. */
  readonly log: (line: string) => void;
}

/**
 * Returns files of a hub's repository as a directory on this machine: from the cache if its commit is there,
 * else downloaded and checked against the hub's hashes. A folder in the cache is always complete; an
 * interrupted download leaves none. A cached commit needs no network.
 *
 * @throws ModelError when there is no such repository, or a file is missing, truncated or does not match its
 *   announced hash; ServiceError when the hub does not respond.
 */
export async function fetchSnapshot(
  kind: RepositoryKind,
  id: HubId,
  access: HubAccess,
): Promise<HubSnapshot> {
  const pinned = await readPinned(kind, id, access);
  if (pinned !== undefined) return pinned;
  try {
    const commit = await resolveRevision(kind, id, access);
    const directory = snapshotDirectory(kind, id.name, commit, access);
    const cached = await readSnapshot(directory);
    if (cached !== undefined) return cached;
    const aside = `${directory}.${randomUUID()}.part`;
    try {
      const manifest = await fetchFiles(kind, { name: id.name, revision: commit }, access, aside);
      await moveInto(aside, directory);
      return { ...manifest, directory };
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  } catch (error) {
    throw hubError(kind, id, access.hubUrl, error);
  }
}

/**
 * Returns a snapshot from the cache only, for use without a network.
 *
 * @throws ServiceError when the id does not name a commit, or the commit is not cached.
 */
export async function cachedSnapshot(
  kind: RepositoryKind,
  id: HubId,
  access: HubAccess,
): Promise<HubSnapshot> {
  const pinned = await readPinned(kind, id, access);
  if (pinned !== undefined) return pinned;
  const what = isCommit(id.revision) ? 'is not in the cache' : 'is not named by a commit in the cache';
  throw new ServiceError(`${what}, and HF_HUB_OFFLINE forbids to ask a hub.`, {
    subject: `${id.name}@${id.revision}`,
    remedy: kind.withoutHub,
  });
}

async function readPinned(
  kind: RepositoryKind,
  { name, revision }: HubId,
  access: HubAccess,
): Promise<HubSnapshot | undefined> {
  return isCommit(revision) ? readSnapshot(snapshotDirectory(kind, name, revision, access)) : undefined;
}

function snapshotDirectory(
  { cacheName }: RepositoryKind,
  name: string,
  commit: string,
  { cacheDirectory }: HubAccess,
): string {
  return join(cacheDirectory, cacheName(name), commit);
}

/** The commit that a branch or tag refers to now. */
async function resolveRevision(
  { type }: RepositoryKind,
  { name, revision }: HubId,
  access: HubAccess,
): Promise<string> {
  const { datasetInfo, modelInfo } = await import('@huggingface/hub');
  const ask = { ...request(access), name, revision };
  const { sha } =
    type === 'model'
      ? await modelInfo({ ...ask, additionalFields: ['sha'] })
      : await datasetInfo({ ...ask, additionalFields: ['sha'] });
  if (typeof sha === 'string' && isCommit(sha)) return sha;
  throw new ModelError('the hub does not say its commit.', { subject: `${name}@${revision}` });
}

async function fetchFiles(
  kind: RepositoryKind,
  id: HubId,
  access: HubAccess,
  directory: string,
): Promise<SnapshotManifest> {
  const announced = await announcedFiles(kind.type, id, request(access));
  await createFolder(directory);
  const sha256: Record<string, string> = {};
  const fetchAll = async (wanted: readonly ExpectedFile[]) => {
    for (const file of wanted) sha256[file.name] = await fetchFile(kind, file, id, access, directory);
  };
  await kind.fetch(id, announced, fetchAll, directory);
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
  { type }: RepositoryKind,
  file: ExpectedFile,
  { name, revision }: HubId,
  access: HubAccess,
  directory: string,
): Promise<string> {
  const { downloadFile } = await import('@huggingface/hub');
  access.log(`fetching ${name}@${revision.slice(0, 12)} ${file.name} (${megabytes(file.bytes)} MB)`);
  const content = await downloadFile({
    ...request(access),
    repo: { type, name },
    revision,
    path: file.name,
    // Plain HTTP: one stream, whose hash is checked during the download.
    xet: false,
  });
  if (content === null) throw new ModelError('is announced, but not there.', { subject: file.name });
  const path = join(directory, file.name);
  await createFolder(dirname(path));
  return saveVerified(chunksOf(content), path, file);
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
