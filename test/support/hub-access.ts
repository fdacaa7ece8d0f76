import { onTestFinished } from 'vitest';
import type { HubAccess } from '#shared/model/hub/fetch-snapshot.ts';
import { type HubFault, type HubServer, startHubServer } from './hub-server.ts';

/** Starts a hub with one model of these files; it stops when the test ends. */
export async function testHub(
  files: Readonly<Record<string, string | Uint8Array>>,
  faults: Readonly<Record<string, HubFault>> = {},
): Promise<HubServer> {
  const server = await startHubServer(files, faults);
  onTestFinished(() => server.stop());
  return server;
}

export function accessTo(
  server: HubServer,
  cacheDirectory: string,
  log: (line: string) => void = () => {},
): HubAccess {
  return { cacheDirectory, hubUrl: server.url, accessToken: undefined, log };
}
