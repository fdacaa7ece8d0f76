import { CONFIG_FILE, WEIGHTS_FILE } from '#shared/model/hugging-face/model-files.ts';
import { readWeightIndex } from '#shared/model/hugging-face/weight-index.ts';
import { modelFilesOf, shardsOf } from './announced-files.ts';
import { cachedSnapshot, fetchSnapshot, type HubAccess } from './fetch-snapshot.ts';
import type { HubId } from './hub-id.ts';
import type { HubSnapshot } from './hub-snapshot.ts';
import type { RepositoryKind } from './repository-kind.ts';

const MODEL: RepositoryKind = {
  type: 'model',
  cacheName: (name) => name.replace('/', '--'),
  withoutHub:
    `Name a directory instead: fetch ${CONFIG_FILE}, ${WEIGHTS_FILE} and the tokenizer files where there is a network, ` +
    'and give their folder with --model.',
  async fetch(id, announced, fetchAll, directory) {
    const { files, isSharded } = modelFilesOf(announced, id);
    await fetchAll(files);
    if (isSharded) await fetchAll(shardsOf(await readWeightIndex(directory), announced, id));
  },
};

/**
 * Returns a hub's model as a directory on this machine, see {@link fetchSnapshot}.
 *
 * @throws ModelError, ServiceError
 */
export function fetchModel(id: HubId, access: HubAccess): Promise<HubSnapshot> {
  return fetchSnapshot(MODEL, id, access);
}

/**
 * Returns a hub's model from the cache only, for use without a network.
 *
 * @throws ServiceError when the id does not name a commit, or the commit is not cached.
 */
export function cachedModel(id: HubId, access: HubAccess): Promise<HubSnapshot> {
  return cachedSnapshot(MODEL, id, access);
}
