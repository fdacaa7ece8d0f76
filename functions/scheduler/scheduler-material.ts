import { ObjectCache } from '#functions/exchange/object-cache.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import type { PluginHost } from '#shared/plugins/plugin-host.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/**
 * State that the scheduler's handlers share: the ports, the plug-ins, and the run records that a warm
 * instance caches.
 */
export class SchedulerMaterial {
  readonly ports: FunctionPorts;
  readonly store: RunStore;
  readonly plugins: PluginHost;
  readonly #cache: ObjectCache;

  constructor(ports: FunctionPorts, plugins: PluginHost) {
    this.ports = ports;
    this.plugins = plugins;
    this.store = new RunStore(ports.objects);
    this.#cache = new ObjectCache(ports.objects, 16 * 1024 * 1024);
  }

  record(run: string): Promise<RunRecord> {
    return this.#cache.loadRecord(this.store.run(run));
  }
}
