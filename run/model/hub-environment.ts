import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '#shared/environment.ts';
import type { HubAccess } from '#shared/model/hub/fetch-snapshot.ts';

/**
 * Access to the hub, by the environment variables of Hugging Face's own libraries, with airtune's own cache.
 */
export function hubAccess(environment: Environment, log: (line: string) => void): HubAccess {
  return {
    cacheDirectory: cacheFolder(environment),
    hubUrl: environment.HF_ENDPOINT || 'https://huggingface.co',
    accessToken: environment.HF_TOKEN || undefined,
    log,
  };
}

/** The cache folder, for fetched and prepared files that can be made again. */
export function cacheFolder(environment: Environment): string {
  // An empty variable counts as not set: as a path it would mean the current folder.
  const caches = environment.XDG_CACHE_HOME || environment.LOCALAPPDATA || join(homedir(), '.cache');
  return environment.AIRTUNE_CACHE || join(caches, 'airtune');
}

/** Reads HF_HUB_OFFLINE as Hugging Face's own libraries do. */
export function isOffline({ HF_HUB_OFFLINE: value }: Environment): boolean {
  return value !== undefined && ['1', 'on', 'yes', 'true'].includes(value.toLowerCase());
}
