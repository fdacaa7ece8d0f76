import { NO_POLICIES } from '#shared/scheduling/plugin/no-policies.ts';
import type { PolicyPlugins } from '#shared/scheduling/plugin/policy-plugin.ts';
import { openDeployedHost } from './deployed-host.ts';
import { openEmbeddedHost } from './embedded-host.ts';
import type { HostAddress } from './host-address.ts';
import type { RunHost } from './run-host.ts';
import { openWireHost } from './wire-host.ts';

/** How a host works; nothing of it changes a result. */
export interface HostOptions {
  /** Receives the functions' log records. */
  readonly log: (line: string) => void;
  /** Threads of the encoder's engine on a processor; all cores by default. */
  readonly threads?: number | undefined;
  /** Policy plug-ins for the functions in this process; none by default. */
  readonly policies?: PolicyPlugins | undefined;
}

/**
 * Opens the host at an address.
 *
 * @param stateDirectory Folder in which the embedded host stores its objects.
 */
export function openHost(
  address: HostAddress,
  stateDirectory: string,
  { log, threads, policies = NO_POLICIES }: HostOptions,
): Promise<RunHost> {
  switch (address.target) {
    case 'embedded':
      return openEmbeddedHost(stateDirectory, address.cloud, { threads, policies });
    case 'aws':
      return openWireHost({ ...address, log, threads, policies });
    case 'deployment':
      return openDeployedHost(address, log);
  }
}
