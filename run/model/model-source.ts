import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunConfig } from '#shared/config/run-config.ts';
import { cachedModel, fetchModel, type HubAccess } from '#shared/model/hub/fetch-model.ts';
import { parseHubId } from '#shared/model/hub/hub-id.ts';

/** The folder of a run's model and, if it was fetched, its name and commit on the hub. */
export type ModelSource = Pick<RunConfig['model'], 'directory' | 'hub'>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the model that a user named: an existing folder, or else a model on a hub,
 * `organisation/name[@revision]`, which is fetched into the cache.
 *
 * @throws ModelError, ServiceError when it is on a hub and cannot be fetched.
 */
export async function findModel(
  named: string,
  environment: Environment,
  log: (line: string) => void,
): Promise<ModelSource> {
  const directory = resolve(named);
  const id = parseHubId(named);
  if (id === undefined || (await isFolder(directory))) return { directory };
  const access = hubAccess(environment, log);
  const snapshot = isOffline(environment) ? await cachedModel(id, access) : await fetchModel(id, access);
  const { name, commit, sha256 } = snapshot;
  return { directory: snapshot.directory, hub: { name, commit, sha256 } };
}

/** The folder of an earlier run's model; if it is gone, fetched from its hub at the same commit. */
export async function findModelAgain(
  { directory, hub }: ModelSource,
  environment: Environment,
  log: (line: string) => void,
): Promise<string> {
  if (hub === undefined || (await isFolder(directory))) return directory;
  return (await findModel(`${hub.name}@${hub.commit}`, environment, log)).directory;
}

/**
 * Access to the hub, by the environment variables of Hugging Face's own libraries; the cache is airtune's.
 */
function hubAccess(environment: Environment, log: (line: string) => void): HubAccess {
  // An empty variable counts as not set: as a path it would mean the current folder.
  const caches = environment.XDG_CACHE_HOME || environment.LOCALAPPDATA || join(homedir(), '.cache');
  return {
    cacheDirectory: environment.AIRTUNE_CACHE || join(caches, 'airtune'),
    hubUrl: environment.HF_ENDPOINT || 'https://huggingface.co',
    accessToken: environment.HF_TOKEN || undefined,
    log,
  };
}

/** Reads HF_HUB_OFFLINE as Hugging Face's own libraries do. */
function isOffline({ HF_HUB_OFFLINE: value }: Environment): boolean {
  return value !== undefined && ['1', 'on', 'yes', 'true'].includes(value.toLowerCase());
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
