import { elementCount } from '#shared/model/tensor.ts';
import { BYTES_PER_VALUE, type StoredType } from './header.ts';

/** Name, type and shape of a tensor, enough to compute the size of its file without its values. */
export interface TensorExtent {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
}

/**
 * Size in bytes of the file that `writeSafetensors` makes from tensors with these types and shapes.
 *
 * @param metadataBytes Bytes of the metadata as JSON; 0 for a file without metadata.
 */
export function safetensorsFileBytes(tensors: readonly TensorExtent[], metadataBytes = 0): number {
  // Two braces of the header, and the metadata with its name, colon and comma.
  let headerBytes = 2 + (metadataBytes === 0 ? 0 : '"__metadata__":,'.length + metadataBytes);
  let dataBytes = 0;
  for (const { name, dtype, shape } of tensors) {
    const end = dataBytes + elementCount(shape) * BYTES_PER_VALUE[dtype];
    const entry = { dtype, shape, data_offsets: [dataBytes, end] };
    headerBytes += JSON.stringify(name).length + 1 + JSON.stringify(entry).length;
    dataBytes = end;
  }
  headerBytes += Math.max(0, tensors.length - 1);
  return 8 + Math.ceil(headerBytes / 8) * 8 + dataBytes;
}
