import type { AnnouncedFiles } from './announced-files.ts';
import type { HubId } from './hub-id.ts';
import type { ExpectedFile } from './verified-download.ts';

/** A kind of repository on a hub, and the choice of its files. */
export interface RepositoryKind {
  readonly type: 'model' | 'dataset';
  /** Folder of a repository's snapshots in the cache. */
  readonly cacheName: (name: string) => string;
  /** Advice for work without a hub. */
  readonly withoutHub: string;
  /**
   * Fetches the files of a snapshot.
   *
   * @param fetchAll Downloads files into `directory`.
   */
  fetch(
    id: HubId,
    announced: AnnouncedFiles,
    fetchAll: (files: readonly ExpectedFile[]) => Promise<void>,
    directory: string,
  ): Promise<void>;
}
