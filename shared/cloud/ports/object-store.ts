/**
 * Whole objects by key, strongly consistent, as S3 keeps them. Keys are `/`-separated names of
 * letters, digits, `.`, `_`, `-` and `=`.
 */
export interface ObjectStore {
  /** The object's bytes, or undefined when there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Writes or replaces the object; a reader sees the old bytes or the new ones, never a part. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Writes the object only where none exists; of any number of racing writers exactly one gets `true`. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>;
  /** The keys that begin with the prefix, in ascending order of their UTF-8 bytes. */
  list(prefix: string): Promise<readonly string[]>;
  /** Deleting what is not there is no error. */
  delete(keys: readonly string[]): Promise<void>;
}

/** A store that can name the folders of its keys without naming every key in them. */
export interface FolderListing {
  /** Names of the folders right below a prefix that is empty or ends in `/`, in ascending order. */
  listFolders(prefix: string): Promise<readonly string[]>;
}
