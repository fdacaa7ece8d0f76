import { NO_POLICIES } from '#shared/scheduling/plugin/no-policies.ts';
import type { PolicyPlugins } from '#shared/scheduling/plugin/policy-plugin.ts';
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
 * @param policies Policy plug-ins for the functions in this process.
 */
export function openHost(
  address: HostAddress,
  stateDirectory: string,
  log: (line: string) => void,
  policies: PolicyPlugins = NO_POLICIES,
): Promise<RunHost> {
  switch (address.target) {
    case 'embedded':
      return openEmbeddedHost(stateDirectory, address.cloud, policies);
    case 'aws':
      return openWireHost({ ...address, policies, log });
    case 'deployment':
      return openDeployedHost(address, log);
  }
}
