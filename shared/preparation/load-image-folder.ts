import { availableParallelism } from 'node:os';
import { inOrder } from '#shared/cloud/in-order.ts';
import type { RunConfig } from '#shared/config/run-config.ts';
import { imageDecoder } from '#shared/data/image/decode-image.ts';
import { ImageCollector } from '#shared/data/image/image-collector.ts';
import { collectLabelled, type LabelledExamples } from '#shared/data/labelled/collect-labelled.ts';
import { findImageFiles, type ImageFile } from '#shared/data/labelled/image-folder.ts';
import type { LabelledRow } from '#shared/data/labelled/labelled-example.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { imageForm } from './image-form.ts';
import { countingRows, type PreparationProgress } from './preparation-progress.ts';
import { TEST_FRACTION } from './test-fraction.ts';

interface LabelledImage extends LabelledRow {
  readonly pixels: Uint8Array;
}

/** Reads the images of a run's own folder in the size that its model takes. */
export async function loadImageFolder(
  { data, seed }: RunConfig,
  model: ModelConfig,
  progress: PreparationProgress,
): Promise<LabelledExamples> {
  const form = imageForm(model);
  const decode = await imageDecoder(form);
  const { files, hasTestSet } = await findImageFiles(data.directory);
  const images = inOrder(
    files,
    2 * availableParallelism(),
    async ({ path, label, bucket }: ImageFile): Promise<LabelledImage> => ({
      bucket,
      target: label,
      group: undefined,
      pixels: await decode(path),
    }),
  );
  return collectLabelled(images, {
    subject: data.directory,
    collector: () => {
      const collector = new ImageCollector({ ...form, height: form.size, width: form.size });
      return {
        add: ({ pixels }: LabelledImage, label: number) => collector.add(pixels, label),
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
