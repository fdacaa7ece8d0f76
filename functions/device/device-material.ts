import { type ExampleEmbedding, exampleEmbedding } from '#functions/exchange/embed-examples.ts';
import { ObjectCache } from '#functions/exchange/object-cache.ts';
import { loadRunRecord } from '#functions/exchange/run-material.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { decodeShard, type Shard } from '#shared/data/shard.ts';
import { type Head, initialHead, restoreHead } from '#shared/model/head/head.ts';
import { readSafetensors } from '#shared/model/safetensors/read-safetensors.ts';
import { floatTensors } from '#shared/model/safetensors/stored-tensor.ts';
import { readModelPart } from '#shared/model/split-model.ts';
import { preparedKeys, runKeys } from '#shared/protocol/keys.ts';
import { headForm, type RunRecord } from '#shared/protocol/run-record.ts';

/** A warm device function keeps this much: the embedding tables, and the shards of the devices it served last. */
const CACHE_BYTES = 256 * 1024 * 1024;

/** What the device's handlers share: the ports, and what a warm instance keeps between messages. */
export class DeviceMaterial {
  readonly ports: FunctionPorts;
  readonly #cache: ObjectCache;

  constructor(ports: FunctionPorts) {
    this.ports = ports;
    this.#cache = new ObjectCache(ports.objects, CACHE_BYTES);
  }

  record(run: string): Promise<RunRecord> {
    return loadRunRecord(this.#cache, run);
  }

  embedding(record: RunRecord): Promise<ExampleEmbedding> {
    return this.#cache.load(preparedKeys.deviceModel(record.prepared), (bytes, key) =>
      exampleEmbedding(readModelPart(bytes, key)),
    );
  }

  /** The device's own examples. */
  shard(record: RunRecord, device: number): Promise<Shard> {
    return this.#cache.load(preparedKeys.shard(record.prepared, device), decodeShard);
  }

  /** The device's head after this many rounds; all heads start alike. */
  head(record: RunRecord, device: number, rounds: number): Promise<Head> | Head {
    const { settings, size } = headForm(record);
    if (rounds === 0) return initialHead(settings, size, record.config.seed);
    return this.#cache.load(runKeys.head(record.run, device, rounds), (bytes, key) =>
      restoreHead(settings, size, floatTensors(readSafetensors(bytes, key).tensors, key)),
    );
  }
}
