import { ObjectCache } from '#functions/exchange/object-cache.ts';
import { loadRunRecord } from '#functions/exchange/run-material.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';

/** What the scheduler's handlers share: the ports, and the run records a warm instance keeps. */
export class SchedulerMaterial {
  readonly ports: FunctionPorts;
  readonly #cache: ObjectCache;

  constructor(ports: FunctionPorts) {
    this.ports = ports;
    this.#cache = new ObjectCache(ports.objects, 16 * 1024 * 1024);
  }

  record(run: string): Promise<RunRecord> {
    return loadRunRecord(this.#cache, run);
  }
}
