import { NO_PLUGINS } from '#shared/plugins/no-plugins.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import { openEmbeddedHost } from './embedded-host.ts';
import type { HostAddress } from './host-address.ts';
import type { RunHost } from './run-host.ts';

/** Options of a host, none of which changes a result. */
export interface HostOptions {
  /** Receives the functions' log records. */
  readonly log: (line: string) => void;
  /** Threads of the encoder's engine on a processor; all cores by default. */
  readonly threads?: number | undefined;
  /** Plug-ins for the functions in this process; none by default. */
  readonly plugins?: PluginHost | undefined;
}

/**
 * Opens the host at an address. Hosts that need the AWS clients are loaded when they are opened: the clients
 * are a fifth of the code that a run loads.
 *
 * @param stateDirectory Folder in which the embedded host stores its objects.
 */
export async function openHost(
  address: HostAddress,
  stateDirectory: string,
  { log, threads, plugins = NO_PLUGINS }: HostOptions,
): Promise<RunHost> {
  switch (address.target) {
    case 'embedded':
      return openEmbeddedHost(stateDirectory, address.cloud, { threads, plugins });
    case 'aws':
      return (await import('./wire-host.ts')).openWireHost({ ...address, log, threads, plugins });
    case 'deployment':
      return (await import('./deployed-host.ts')).openDeployedHost(address, log);
  }
}
