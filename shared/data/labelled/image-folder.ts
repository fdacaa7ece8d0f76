import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DataError } from '#shared/errors.ts';
import { type Bucket, bucketOfWord } from './labelled-example.ts';

/** An image file, with the name of its folder as its class. */
export interface ImageFile {
  readonly path: string;
  readonly label: string;
  readonly bucket: Bucket;
}

export interface ImageFiles {
  readonly files: readonly ImageFile[];
  /** False where the test set is a fraction of the images. */
  readonly hasTestSet: boolean;
}

const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp'];

/** Whether a file's name is that of an image. */
export function isImageName(name: string): boolean {
  return EXTENSIONS.includes(extname(name).toLowerCase());
}

/**
 * Finds the images of a folder with a folder for each class. The class folders are in the folder itself, or
 * in folders called `train` and `test` (or `validation`).
 *
 * @throws DataError naming the folder that cannot be read, or has no class folders with images.
 */
export async function findImageFiles(directory: string): Promise<ImageFiles> {
  const folders = await foldersIn(directory);
  const splits = folders.flatMap((name) => {
    const bucket = bucketOfWord(name);
    return bucket === undefined ? [] : [{ name, bucket }];
  });
  const hasTestSet = splits.some(({ bucket }) => bucket !== 'train');
  const files = splits.some(({ bucket }) => bucket === 'train')
    ? await Promise.all(
        splits.map(({ name, bucket }) =>
          classFiles(join(directory, name), hasTestSet ? bucket : 'undecided'),
        ),
      )
    : [await classFiles(directory, 'undecided')];
  const all = files.flat();
  if (all.length > 0) return { files: all, hasTestSet };
  throw new DataError('holds no folders with images.', {
    subject: directory,
    remedy: `Put the images of each class into a folder of its name, as ${EXTENSIONS.join(', ')}.`,
  });
}

async function classFiles(directory: string, bucket: Bucket): Promise<readonly ImageFile[]> {
  const classes = await foldersIn(directory);
  const files = await Promise.all(
    classes.map(async (label) => {
      const names = await namesIn(join(directory, label), (entry) => entry.isFile());
      return names
        .filter(isImageName)
        .map((name): ImageFile => ({ path: join(directory, label, name), label, bucket }));
    }),
  );
  return files.flat();
}

function foldersIn(directory: string): Promise<readonly string[]> {
  return namesIn(directory, (entry) => entry.isDirectory() && !entry.name.startsWith('.'));
}

async function namesIn(
  directory: string,
  isWanted: (entry: { readonly name: string; isFile(): boolean; isDirectory(): boolean }) => boolean,
): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(`cannot be read (${reason}).`, {
      subject: directory,
      remedy: 'Name a folder with a folder of images for each class after --data.',
      cause,
    });
  });
  return entries
    .filter(isWanted)
    .map(({ name }) => name)
    .sort();
}
