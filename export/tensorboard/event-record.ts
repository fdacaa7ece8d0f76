import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { crc32c } from './crc32c.ts';

/**
 * Numbers of the fields of TensorFlow's protocol buffers that TensorBoard reads (event.proto, summary.proto,
 * tensor.proto).
 */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2, tensor: 8, metadata: 9 } as const;
const METADATA = { pluginData: 1 } as const;
const PLUGIN_DATA = { pluginName: 1 } as const;
const TENSOR = { type: 1, shape: 2, stringValue: 8 } as const;
const SHAPE = { dimension: 2 } as const;
const DIMENSION = { size: 1 } as const;

/** DT_STRING of types.proto. */
const STRING_TYPE = 7;

/** A scalar, or text in Markdown, under a tag. */
export type SummaryValue =
  | { readonly tag: string; readonly scalar: number }
  | { readonly tag: string; readonly text: string };

/** The first record of an event file. */
export function versionRecord(wallTimeSeconds: number): Uint8Array {
  return framed(
    event(wallTimeSeconds, (writer) =>
      writer.tag(EVENT.fileVersion, WireType.LengthDelimited).string('brain.Event:2'),
    ),
  );
}

/** A record with values of one step. */
export function summaryRecord(
  wallTimeSeconds: number,
  step: number,
  values: readonly SummaryValue[],
): Uint8Array {
  return framed(
    event(wallTimeSeconds, (writer) => {
      writer.tag(EVENT.step, WireType.Varint).int64(step);
      writer.tag(EVENT.summary, WireType.LengthDelimited).fork();
      for (const value of values) {
        writer.tag(SUMMARY.value, WireType.LengthDelimited).fork();
        writeValue(writer, value);
        writer.join();
      }
      writer.join();
    }),
  );
}

function event(wallTimeSeconds: number, write: (writer: BinaryWriter) => unknown): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(EVENT.wallTime, WireType.Bit64).double(wallTimeSeconds);
  write(writer);
  return writer.finish();
}

function writeValue(writer: BinaryWriter, value: SummaryValue): void {
  writer.tag(VALUE.tag, WireType.LengthDelimited).string(value.tag);
  if ('scalar' in value) {
    writer.tag(VALUE.simpleValue, WireType.Bit32).float(value.scalar);
    return;
  }
  writer.tag(VALUE.tensor, WireType.LengthDelimited).fork();
  writer.tag(TENSOR.type, WireType.Varint).int32(STRING_TYPE);
  writer.tag(TENSOR.shape, WireType.LengthDelimited).fork();
  writer.tag(SHAPE.dimension, WireType.LengthDelimited).fork();
  writer.tag(DIMENSION.size, WireType.Varint).int64(1);
  writer.join().join();
  writer.tag(TENSOR.stringValue, WireType.LengthDelimited).string(value.text).join();
  writer.tag(VALUE.metadata, WireType.LengthDelimited).fork();
  writer.tag(METADATA.pluginData, WireType.LengthDelimited).fork();
  writer.tag(PLUGIN_DATA.pluginName, WireType.LengthDelimited).string('text').join().join();
}

/** TFRecord: length, checksum of the length, data, checksum of the data; all little-endian. */
function framed(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(record.subarray(0, 8))), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return record;
}

/** TFRecord masks checksums, so that a checksum of data that holds checksums is not weaker. */
function masked(checksum: number): number {
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}
