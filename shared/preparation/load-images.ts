import { availableParallelism } from 'node:os';
import { inOrder } from '#shared/cloud/in-order.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import {
  decodingReason,
  type ImageDecoder,
  imageDecoder,
  unreadableFile,
} from '#shared/data/image/decode-image.ts';
import { ImageCollector } from '#shared/data/image/image-collector.ts';
import { collectLabelled, type LabelledExamples } from '#shared/data/labelled/collect-labelled.ts';
import { findImageFiles, type ImageFile } from '#shared/data/labelled/image-folder.ts';
import type { LabelledRow } from '#shared/data/labelled/labelled-example.ts';
import type { LabelledImage } from '#shared/data/labelled/labelled-image.ts';
import { findTableFiles, hasTables } from '#shared/data/labelled/table-files.ts';
import { tableImages } from '#shared/data/labelled/table-images.ts';
import type { ReaderRows } from '#shared/data/reader/reader-rows.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { imageForm } from './image-form.ts';
import { countingRows, type PreparationProgress } from './preparation-progress.ts';
import { TEST_FRACTION } from './test-fraction.ts';

interface DecodedImage extends LabelledRow {
  readonly pixels: Uint8Array;
}

/**
 * The images of a run's own data: of its tables, or of a folder for each class.
 *
 * @throws DataError naming the folder, the file or the row
 */
export async function ownImages(data: RunConfig['data']): Promise<ReaderRows<LabelledImage>> {
  if (await hasTables(data)) return imagesOfTables(data);
  const { files, hasTestSet } = await findImageFiles(data.directory);
  async function* rows(): AsyncGenerator<LabelledImage> {
    for (const file of files) yield imageOfFile(file);
  }
  return { rows: rows(), hasTestSet };
}

async function imagesOfTables(data: RunConfig['data']): Promise<ReaderRows<LabelledImage>> {
  const { files, hasTestSet } = await findTableFiles(data);
  async function* rows(): AsyncGenerator<LabelledImage> {
    for (const file of files) yield* tableImages(file, data);
  }
  return { rows: rows(), hasTestSet };
}

function imageOfFile({ path, label, bucket }: ImageFile): LabelledImage {
  return {
    bucket,
    target: label,
    group: undefined,
    image: { kind: 'file', path },
    refuse: (reason, cause) => {
      throw unreadableFile(path, reason, cause);
    },
  };
}

/** Reads images in the size that a run's model takes. */
export async function loadImages(
  { data, seed }: RunConfig,
  model: ModelConfig,
  { rows, hasTestSet }: ReaderRows<LabelledImage>,
  progress: PreparationProgress,
): Promise<LabelledExamples> {
  const form = imageForm(model);
  return collectLabelled(decoded(rows, await imageDecoder(form)), {
    subject: data.directory,
    collector: () => {
      const collector = new ImageCollector({ ...form, height: form.size, width: form.size });
      return {
        add: ({ pixels }: DecodedImage, label: number) => collector.add(pixels, label),
        examples: () => collector.examples(),
      };
    },
    testFraction: data.testFraction ?? TEST_FRACTION,
    hasTestSet,
    seed,
    trainLimit: data.trainExamples,
    testLimit: data.testExamples,
    onRow: countingRows(progress, 'reading images', 100),
  });
}

/** Decodes images in their order, several at a time. */
async function* decoded(
  images: AsyncIterable<LabelledImage>,
  decode: ImageDecoder,
): AsyncGenerator<DecodedImage> {
  const inFlight = 2 * availableParallelism();
  const decodeOne = async ({
    bucket,
    target,
    group,
    image,
    refuse,
  }: LabelledImage): Promise<DecodedImage> => {
    const pixels = await decode(image).catch((cause: unknown) => refuse(decodingReason(cause), cause));
    return { bucket, target, group, pixels };
  };
  for await (const several of inParts(images, 8 * inFlight)) yield* inOrder(several, inFlight, decodeOne);
}

async function* inParts<Item>(items: AsyncIterable<Item>, most: number): AsyncGenerator<readonly Item[]> {
  let part: Item[] = [];
  for await (const item of items) {
    part.push(item);
    if (part.length < most) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
