import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RunConfig } from '#shared/config/run-config.ts';
import type { Environment } from '#shared/environment.ts';
import { cachedModel, fetchModel } from '#shared/model/hub/fetch-model.ts';
import { parseHubId } from '#shared/model/hub/hub-id.ts';
import { HUB_DATA } from './data-source.ts';
import { hubAccess, isOffline } from './hub-environment.ts';

/** The folder of a run's model and, if it was fetched, its name and commit on the hub. */
export type ModelSource = Pick<RunConfig['model'], 'directory' | 'hub'>;

/**
 * Finds the model that a user named: an existing folder, or else a model on a hub,
 * `organisation/name[@revision]`, which is fetched into the cache. It may begin with `hf:`, as data sets do.
 *
 * @throws ModelError, ServiceError when it is on a hub and cannot be fetched.
 */
export async function findModel(
  named: string,
  environment: Environment,
  log: (line: string) => void,
): Promise<ModelSource> {
  const directory = resolve(named);
  const id = parseHubId(named.startsWith(HUB_DATA) ? named.slice(HUB_DATA.length) : named);
  if (id === undefined || (await isFolder(directory))) return { directory };
  const access = hubAccess(environment, log);
  const snapshot = isOffline(environment) ? await cachedModel(id, access) : await fetchModel(id, access);
  const { name, commit, sha256 } = snapshot;
  return { directory: snapshot.directory, hub: { name, commit, sha256 } };
}

/** The folder of an earlier run's model. If it no longer exists, the model is fetched at the same commit. */
export async function findModelAgain(
  { directory, hub }: ModelSource,
  environment: Environment,
  log: (line: string) => void,
): Promise<string> {
  if (hub === undefined || (await isFolder(directory))) return directory;
  return (await findModel(`${hub.name}@${hub.commit}`, environment, log)).directory;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
