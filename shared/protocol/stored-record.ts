import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import type { RecordFormat } from './record-format.ts';

/** One record of a run in the object store, there or not. */
export class StoredRecord<Value> {
  readonly key: string;
  protected readonly objects: ObjectStore;
  protected readonly format: RecordFormat<Value>;

  constructor(objects: ObjectStore, key: string, format: RecordFormat<Value>) {
    this.objects = objects;
    this.key = key;
    this.format = format;
  }

  async exists(): Promise<boolean> {
    return (await this.objects.get(this.key)) !== undefined;
  }

  /** The record; undefined when there is none. Throws an AirtuneError naming the object when it is not valid. */
  async read(): Promise<Value | undefined> {
    const bytes = await this.objects.get(this.key);
    return bytes === undefined ? undefined : this.decode(bytes);
  }

  /** The record. Throws a ProtocolError naming the object when there is none. */
  async require(): Promise<Value> {
    return this.decode(await requireObject(this.objects, this.key));
  }

  /** The record that these bytes are, for caches that read objects themselves. */
  decode(bytes: Uint8Array): Value {
    return this.format.decode(bytes, this.key);
  }
}

/** A record that is written once: the first value that is stored stands, whoever else writes. */
export class Decision<Value> extends StoredRecord<Value> {
  /**
   * Stores the value where none stands yet.
   *
   * @returns the value that stands: the given object itself when this call stored it, else one that was read.
   * @throws AirtuneError naming the field or tensor of a value that is not valid, before anything is stored.
   */
  async decide(value: Value): Promise<Value> {
    const bytes = this.format.encode(value, this.key);
    return (await this.objects.putIfAbsent(this.key, bytes)) ? value : this.require();
  }

  /** The value that stands; where there is none, the one that `make` computes is decided. */
  async readOrDecide(make: () => Promise<Value>): Promise<Value> {
    return (await this.read()) ?? this.decide(await make());
  }
}

/** A record that is replaced as a whole. */
export class ReplaceableRecord<Value> extends StoredRecord<Value> {
  /** @throws AirtuneError naming the field of a value that is not valid, before anything is stored. */
  async replace(value: Value): Promise<void> {
    await this.objects.put(this.key, this.format.encode(value, this.key));
  }
}
