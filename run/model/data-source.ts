import { stat } from 'node:fs/promises';
import type { RunConfig } from '#shared/config/run-config.ts';
import { cachedDataset, fetchDataset } from '#shared/data/hub/fetch-dataset.ts';
import type { Environment } from '#shared/environment.ts';
import { ConfigError } from '#shared/errors.ts';
import { parseHubId } from '#shared/model/hub/hub-id.ts';
import { quoted } from '#shared/quoted.ts';
import { hubAccess, isOffline } from './hub-environment.ts';

/** Marks a data set on a hub: `hf:owner/name`, `hf:owner/name@revision`. */
export const HUB_DATA = 'hf:';

/**
 * Finds the data of a run. A data set on a hub is fetched into the cache. For a repeated run whose folder no
 * longer exists, it is fetched again at the same commit.
 *
 * @throws ConfigError for an invalid name; DataError, ModelError, ServiceError when it cannot be fetched
 */
export async function findData(
  data: RunConfig['data'],
  environment: Environment,
  log: (line: string) => void,
): Promise<RunConfig['data']> {
  const { directory, hub, subset } = data;
  if (!directory.startsWith(HUB_DATA)) {
    if (hub === undefined || (await isThere(directory))) return data;
    const again = { ...data, directory: `${HUB_DATA}${hub.name}@${hub.commit}` };
    return findData(again, environment, log);
  }
  const id = parseHubId(directory.slice(HUB_DATA.length));
  if (id === undefined) {
    throw new ConfigError(`${directory} is not the name of a data set.`, {
      subject: '--data',
      remedy: 'Write hf:owner/name or hf:owner/name@revision.',
    });
  }
  if (subset !== undefined && !/^[\w-][\w.-]*$/.test(subset)) {
    throw new ConfigError(`${quoted(subset)} is not the name of a subset.`, {
      subject: 'data.subset',
      remedy: 'Give the name of a folder of the data set.',
    });
  }
  const access = hubAccess(environment, log);
  const named = { ...id, subset };
  const snapshot = isOffline(environment)
    ? await cachedDataset(named, access)
    : await fetchDataset(named, access);
  const { name, commit, sha256 } = snapshot;
  return { ...data, directory: snapshot.directory, hub: { name, commit, sha256 } };
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
