/**
 * A strongly consistent store of whole objects by key, with the guarantees of S3. Keys are `/`-separated
 * names of letters, digits, `.`, `_`, `-` and `=`.
 *
 * Nobody changes bytes after they were given to a store or came from one: a store may keep an array, and
 * return the same one to several readers.
 */
export interface ObjectStore {
  /** The object's bytes, or undefined when there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Writes or replaces the object. Readers get the old bytes or the new ones, never a mixture or a part. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /**
   * Writes the object only when none exists with this key. Of any number of concurrent writers, exactly one
   * gets `true`.
   */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>;
  /** The keys that begin with the prefix, in ascending order of their UTF-8 bytes. */
  list(prefix: string): Promise<readonly string[]>;
  /** Deletes objects. A missing object is not an error. */
  delete(keys: readonly string[]): Promise<void>;
}

/** A store that can list the folders below a prefix without listing their keys. */
export interface FolderListing {
  /** Names of the folders directly below a prefix that is empty or ends in `/`, in ascending order. */
  listFolders(prefix: string): Promise<readonly string[]>;
}
