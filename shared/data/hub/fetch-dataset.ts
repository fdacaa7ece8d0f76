import { DataError } from '#shared/errors.ts';
import type { AnnouncedFiles } from '#shared/model/hub/announced-files.ts';
import { cachedSnapshot, fetchSnapshot, type HubAccess } from '#shared/model/hub/fetch-snapshot.ts';
import type { HubId } from '#shared/model/hub/hub-id.ts';
import type { HubSnapshot } from '#shared/model/hub/hub-snapshot.ts';
import type { RepositoryKind } from '#shared/model/hub/repository-kind.ts';
import type { ExpectedFile } from '#shared/model/hub/verified-download.ts';
import { tableFormatOf } from '#shared/tables/table-registry.ts';

/** A data set on a hub: `owner/name` at a revision, and one of its subsets. */
export interface HubDatasetId extends HubId {
  readonly subset: string | undefined;
}

/**
 * The branch on which a hub keeps its own conversion of a data set to Parquet. It serves data sets whose own
 * files are of another format.
 */
const CONVERTED = 'refs/convert/parquet';

/**
 * Returns the tables of a hub's data set as a directory on this machine: from the cache if its commit is
 * there, else downloaded and checked.
 *
 * @throws DataError for a data set without tables, without the named subset, or with several subsets if none
 *   is named
 * @throws ModelError, ServiceError as {@link fetchSnapshot}
 */
export async function fetchDataset(id: HubDatasetId, access: HubAccess): Promise<HubSnapshot> {
  try {
    return await fetchSnapshot(datasetOf(id), id, access);
  } catch (error) {
    if (!(error instanceof NoTablesError) || id.revision !== 'main') throw error;
    return fetchSnapshot(datasetOf(id), { ...id, revision: CONVERTED }, access);
  }
}

/** The same from the cache only, for use without a network. @throws ServiceError */
export function cachedDataset(id: HubDatasetId, access: HubAccess): Promise<HubSnapshot> {
  return cachedSnapshot(datasetOf(id), id, access);
}

function datasetOf({ subset }: HubDatasetId): RepositoryKind {
  return {
    type: 'dataset',
    cacheName: (name) =>
      ['datasets', ...name.split('/'), ...(subset === undefined ? [] : [subset])].join('--'),
    withoutHub: 'Fetch its files where there is a network, and give their folder with --data.',
    fetch: async (id, announced, fetchAll) => fetchAll(tablesOf(announced, id, subset)),
  };
}

class NoTablesError extends DataError {}

function tablesOf(
  announced: AnnouncedFiles,
  { name, revision }: HubId,
  subset: string | undefined,
): readonly ExpectedFile[] {
  const subject = `${name}@${revision}`;
  const tables = [...announced.values()].filter((file) => tableFormatOf(file.name) !== undefined);
  const parquet = tables.filter((file) => file.name.endsWith('.parquet'));
  const chosen = parquet.length > 0 ? parquet : tables;
  if (chosen.length === 0) {
    throw new NoTablesError('has no tables.', {
      subject,
      remedy: 'Choose a data set of Parquet, CSV or JSON lines.',
    });
  }
  const folders = [...new Set(chosen.map(({ name: path }) => folderOf(path)))];
  if (subset !== undefined) {
    const inside = chosen.filter(({ name: path }) => folderOf(path) === subset);
    if (inside.length > 0) return inside;
    throw new DataError(`has no subset ${subset}.`, { subject, remedy: `It has ${folders.join(', ')}.` });
  }
  if (folders.length === 1) return chosen;
  throw new DataError(`has the subsets ${folders.slice(0, 12).join(', ')}.`, {
    subject,
    remedy: 'Name one with --set data.subset=NAME.',
  });
}

/** The first folder of a path; the top of the repository counts as `data`. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'data';
}
