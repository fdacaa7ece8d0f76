import { type DeviceModel, readDeviceModel } from '#functions/exchange/device-model.ts';
import { ObjectCache } from '#functions/exchange/object-cache.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { decodeShard, type Shard } from '#shared/data/shard.ts';
import { type Head, initialHead, restoreHead } from '#shared/model/head/head.ts';
import { preparedKeys } from '#shared/protocol/keys.ts';
import { headForm, type RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/**
 * Size of the cache in a warm instance of the device function. [bytes] The cache holds embedding tables, and
 * the shards and heads of the devices whose messages it handled last.
 */
const CACHE_BYTES = 256 * 1024 * 1024;

/** State that the device's handlers share: the ports, and objects that a warm instance caches. */
export class DeviceMaterial {
  readonly ports: FunctionPorts;
  readonly store: RunStore;
  readonly #cache: ObjectCache;

  constructor(ports: FunctionPorts) {
    this.ports = ports;
    this.store = new RunStore(ports.objects);
    this.#cache = new ObjectCache(ports.objects, CACHE_BYTES);
  }

  record(run: string): Promise<RunRecord> {
    return this.#cache.loadRecord(this.store.run(run));
  }

  model(record: RunRecord): Promise<DeviceModel> {
    return this.#cache.load(preparedKeys.deviceModel(record.prepared), readDeviceModel);
  }

  /** The training examples of the device. */
  shard(record: RunRecord, device: number): Promise<Shard> {
    return this.#cache.load(preparedKeys.shard(record.prepared, device), decodeShard);
  }

  /** The device's head after this many rounds. All devices start from the same initial head. */
  async head(record: RunRecord, device: number, rounds: number): Promise<Head> {
    const { settings, size } = headForm(record);
    if (rounds === 0) {
      const pretrained = settings.kind === 'language' ? (await this.model(record)).pretrainedHead : undefined;
      return initialHead(settings, size, record.config.seed, pretrained);
    }
    const stored = this.store.head(record.run, device, rounds);
    const restore = (bytes: Uint8Array): Head => restoreHead(settings, size, stored.decode(bytes));
    return this.#cache.load(stored.key, restore, `head of device ${device} in ${record.run}`);
  }
}
