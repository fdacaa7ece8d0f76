import { openDeployedHost } from './deployed-host.ts';
import { openEmbeddedHost } from './embedded-host.ts';
import type { HostAddress } from './host-address.ts';
import type { RunHost } from './run-host.ts';
import { openWireHost } from './wire-host.ts';

/**
 * Opens the host at an address.
 *
 * @param stateDirectory Folder in which the embedded host stores its objects.
 * @param log Receives the functions' log records.
 */
export function openHost(
  address: HostAddress,
  stateDirectory: string,
  log: (line: string) => void,
): Promise<RunHost> {
  switch (address.target) {
    case 'embedded':
      return openEmbeddedHost(stateDirectory, address.cloud);
    case 'aws':
      return openWireHost({ ...address, log });
    case 'deployment':
      return openDeployedHost(address, log);
  }
}
