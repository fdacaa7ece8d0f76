import { type FileHandle, open } from 'node:fs/promises';
import type { ImageExample, ImageShape } from '#shared/data/example.ts';
import type { ImageTask } from '#shared/data/task.ts';
import { DataError } from '#shared/errors.ts';

const IMAGE_SHAPE: ImageShape = { channels: 3, height: 32, width: 32 };
const PIXEL_BYTES = IMAGE_SHAPE.channels * IMAGE_SHAPE.height * IMAGE_SHAPE.width;
/** Bytes of a record: one label byte, then the pixels. */
const RECORD_BYTES = 1 + PIXEL_BYTES;
const LABEL_NAMES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/** CIFAR-10 in its official binary layout: colour images of 32x32 pixels in ten classes. */
export const CIFAR10 = {
  kind: 'image',
  name: 'cifar10',
  labelNames: LABEL_NAMES,
  imageShape: IMAGE_SHAPE,
  files: {
    train: { take: 'every', names: [1, 2, 3, 4, 5].map((part) => `data_batch_${part}.bin`) },
    test: { take: 'first', names: ['test_batch.bin'] },
  },
  read: cifar10Images,
} as const satisfies ImageTask;

/**
 * Streams the images of one batch file. One record is in memory at a time.
 *
 * @throws DataError with the file (unreadable, empty, truncated) or with file and record (unknown label).
 */
async function* cifar10Images(path: string): AsyncGenerator<ImageExample> {
  const file = await openBatch(path);
  try {
    const { size } = await file.stat();
    if (size === 0 || size % RECORD_BYTES !== 0) {
      throw new DataError(
        size === 0
          ? 'the file is empty.'
          : `the file has ${size} bytes: ${Math.floor(size / RECORD_BYTES)} whole images of ${RECORD_BYTES} bytes ` +
              `and ${size % RECORD_BYTES} bytes over.`,
        { subject: path, remedy: 'Fetch the binary version of CIFAR-10 again.' },
      );
    }
    for (let record = 0; record < size / RECORD_BYTES; record++) {
      const bytes = await readRecord(file, path, record);
      const label = bytes[0];
      if (label >= LABEL_NAMES.length) {
        throw new DataError(`unknown label ${label}.`, {
          subject: `${path}, image ${record + 1}`,
          remedy: `Labels are 0 to ${LABEL_NAMES.length - 1}; fetch the binary version of CIFAR-10 again.`,
        });
      }
      yield { pixels: bytes.subarray(1), label };
    }
  } finally {
    await file.close();
  }
}

async function openBatch(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const remedy = 'Check that it is a file you may read.';
    throw new DataError(`cannot be read (${reason}).`, { subject: path, remedy, cause });
  }
}

async function readRecord(file: FileHandle, path: string, record: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(RECORD_BYTES);
  const { bytesRead } = await file.read(bytes, 0, RECORD_BYTES, record * RECORD_BYTES);
  if (bytesRead !== RECORD_BYTES) {
    throw new DataError('the file ended inside the image: it changed while it was read.', {
      subject: `${path}, image ${record + 1}`,
      remedy: 'Run again when nothing writes to it.',
    });
  }
  return bytes;
}
