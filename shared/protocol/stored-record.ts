import type { ObjectStore } from '#shared/cloud/ports/object-store.ts';
import { requireObject } from '#shared/cloud/require-object.ts';
import type { RecordFormat } from './record-format.ts';

/** Access to one record of a run in the object store. The record may not exist yet. */
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

  /**
   * The record; undefined when it does not exist.
   *
   * @throws AirtuneError naming the object when it is not valid.
   */
  async read(): Promise<Value | undefined> {
    const bytes = await this.objects.get(this.key);
    return bytes === undefined ? undefined : this.decode(bytes);
  }

  /**
   * The record.
   *
   * @throws ProtocolError naming the object when it does not exist.
   */
  async require(): Promise<Value> {
    return this.decode(await requireObject(this.objects, this.key));
  }

  /** Decodes bytes of the record that the caller has read itself, such as a cache. */
  decode(bytes: Uint8Array): Value {
    return this.format.decode(bytes, this.key);
  }
}

/**
 * A record that is written once. The first stored value is final, also when several writers store at the same
 * time.
 */
export class Decision<Value> extends StoredRecord<Value> {
  /**
   * Stores the value unless the record exists.
   *
   * @returns the final value: the given object itself when this call stored it, else the stored value.
   * @throws AirtuneError naming the field or tensor of a value that is not valid, before anything is stored.
   */
  async decide(value: Value): Promise<Value> {
    const bytes = this.format.encode(value, this.key);
    return (await this.objects.putIfAbsent(this.key, bytes)) ? value : this.require();
  }

  /** The stored value; when there is none, computes one with `make` and decides it. */
  async readOrDecide(make: () => Promise<Value>): Promise<Value> {
    return (await this.read()) ?? this.decide(await make());
  }
}

/** A record that can be replaced, always as a whole. */
export class ReplaceableRecord<Value> extends StoredRecord<Value> {
  /**
   * Stores the value, in place of an earlier one.
   *
   * @throws AirtuneError naming the field of a value that is not valid, before anything is stored.
   */
  async replace(value: Value): Promise<void> {
    await this.objects.put(this.key, this.format.encode(value, this.key));
  }
}
