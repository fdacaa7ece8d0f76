import { elementCount } from '#shared/model/tensor.ts';
import { BYTES_PER_VALUE, type StoredType } from './header.ts';

/** A tensor of a file that is not written, as far as its size goes. */
export interface TensorExtent {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
}

/**
 * Bytes of the file that `writeSafetensors` makes of tensors of these extents.
 *
 * @param metadataBytes Bytes of the metadata as JSON; 0 for a file without metadata.
 */
export function safetensorsFileBytes(tensors: readonly TensorExtent[], metadataBytes = 0): number {
  // The braces of the header; the metadata with its name, colon and a comma.
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
