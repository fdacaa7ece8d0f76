import type { ImageSource } from '#shared/data/labelled/labelled-image.ts';
import { ConfigError, DataError } from '#shared/errors.ts';
import { type Resample, resizeImage } from '#shared/model/families/parts/resize-image.ts';

/**
 * The form in which images are stored. They are square, and resized with the filter that the model's image
 * processor uses.
 */
export interface ImageForm {
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: number;
  /** Height and width in pixels. */
  readonly size: number;
  readonly resample: Resample;
  /** Whether an image that is not square is cut to its middle; otherwise it is stretched. */
  readonly cutToSquare: boolean;
}

/** Decodes an image to grey levels, [channels, size, size]. */
export type ImageDecoder = (image: ImageSource) => Promise<Uint8Array>;

/**
 * Makes a decoder of JPEG, PNG, WebP and other files. Images are rotated as their EXIF orientation states,
 * and transparency is dropped. They are resized with the same result as PIL's, which Hugging Face's image
 * processors use.
 *
 * @throws ConfigError when the image library is not installed. The decoder throws the library's error for a
 *   damaged image or a file that is no image; {@link decodingReason} is its text.
 */
export async function imageDecoder(form: ImageForm): Promise<ImageDecoder> {
  const sharp = await loadSharp();
  const opened = (image: ImageSource) => {
    switch (image.kind) {
      case 'file':
        return sharp(image.path, OPTIONS);
      case 'bytes':
        return sharp(image.bytes, OPTIONS);
      case 'pixels': {
        const { width, height, channels, data } = image;
        if (channels !== 1 && channels !== 3 && channels !== 4) throw new TypeError(`${channels} channels`);
        return sharp(data, { ...OPTIONS, raw: { width, height, channels } });
      }
    }
  };
  return async (image) => {
    const turned = opened(image).autoOrient().removeAlpha();
    const coloured = form.channels === 1 ? turned.greyscale() : turned.toColourspace('srgb');
    const { data, info } = await coloured.raw().toBuffer({ resolveWithObject: true });
    const planes = planesOf(data, info, form);
    return resizeImage(planes.pixels, planes, form.size, form.resample);
  };
}

const OPTIONS = { failOn: 'error' } as const;

/** Decodes an image file. @throws DataError naming the file that is no image or is damaged */
export async function decodeFile(decode: ImageDecoder, path: string): Promise<Uint8Array> {
  return decode({ kind: 'file', path }).catch((cause: unknown) => {
    throw unreadableFile(path, decodingReason(cause), cause);
  });
}

/** The error of an image file that cannot be decoded. */
export function unreadableFile(path: string, reason: string, cause: unknown): DataError {
  return new DataError(`cannot be read as an image (${reason}).`, {
    subject: path,
    remedy: 'Replace or remove the file.',
    cause,
  });
}

/** The reason why an image cannot be decoded, for an error. */
export function decodingReason(cause: unknown): string {
  return cause instanceof Error ? cause.message.split('\n')[0].slice(0, 120) : String(cause);
}

async function loadSharp() {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new ConfigError('images are decoded by the package sharp, which is not installed.', {
      subject: 'data.task',
      remedy: 'Install it with: npm install sharp',
      cause,
    });
  }
}

interface Planes {
  readonly pixels: Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Converts pixels from [height, width, channels] to [channels, height, width], and crops the middle with
 * `cutToSquare`.
 */
function planesOf(
  data: Uint8Array,
  info: { readonly width: number; readonly height: number; readonly channels: number },
  { channels, cutToSquare }: ImageForm,
): Planes {
  const side = Math.min(info.width, info.height);
  const [width, height] = cutToSquare ? [side, side] : [info.width, info.height];
  const left = Math.floor((info.width - width) / 2);
  const top = Math.floor((info.height - height) / 2);
  const pixels = new Uint8Array(channels * height * width);
  let written = 0;
  for (let channel = 0; channel < channels; channel++) {
    // A grey file may have one channel where three are wanted.
    const source = Math.min(channel, info.channels - 1);
    for (let y = 0; y < height; y++) {
      let at = ((top + y) * info.width + left) * info.channels + source;
      for (let x = 0; x < width; x++, at += info.channels) pixels[written++] = data[at];
    }
  }
  return { pixels, channels, height, width };
}
