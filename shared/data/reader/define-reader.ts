import type { GivenSchema } from '#shared/plugins/settings-schema.ts';

/**
 * Version of the interface of reader plug-ins. It rises when plug-ins of the previous version stop working.
 */
export const READER_INTERFACE_VERSION = 1;

/** The inputs of a reader plug-in. */
export interface ReaderInput {
  /** The kind of examples. */
  readonly task: 'text' | 'images';
  /** Absolute path of the file or folder that `--data` names. */
  readonly directory: string;
}

/** An image as its pixels, row by row, with the channels of a pixel side by side. */
export interface ReaderPixels {
  readonly width: number;
  readonly height: number;
  /** 1 (grey), 3 (red, green, blue) or 4 (with transparency, which is dropped). */
  readonly channels: number;
  /** width * height * channels values from 0 to 255. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * An example. The names `text`, `label` and so on are those of the columns of a table: `--text-column` and
 * the other options choose other ones.
 */
export interface ReaderExample {
  /** A text. */
  readonly text?: string;
  /** An image: the bytes of a JPEG, PNG or WebP file, or its pixels. */
  readonly image?: Uint8Array | ReaderPixels;
  /** Class of the example. */
  readonly label?: string | number | boolean;
  /**
   * `train`, `test` or `validation`. Every example has it or none; without it, a fraction of the examples is
   * the test set.
   */
  readonly split?: string;
  /** Where the example is, for errors, such as `reviews.xml:12`. */
  readonly source?: string;
  /**
   * Further fields: the second text of a pair, a score, or the device of the example, under the names that
   * the options (such as `--score-column`) give.
   */
  readonly [column: string]: unknown;
}

/** A reader plug-in: the default export of its module. */
export interface ReaderDefinition<Settings = unknown> {
  readonly interfaceVersion: typeof READER_INTERFACE_VERSION;
  /** Name in errors and results. */
  readonly name: string;
  /** Schema of `data.readerSettings`. Left out for a reader without settings. */
  readonly settings?: GivenSchema<Settings>;
  /** Reads all examples, in the same order at every call. */
  readonly read: (
    input: ReaderInput,
    settings: Settings,
  ) => AsyncIterable<ReaderExample> | Iterable<ReaderExample>;
}

/** Returns the definition unchanged. It checks the types and infers the type of the settings. */
export function defineReader<Settings = Readonly<Record<string, never>>>(
  definition: ReaderDefinition<Settings>,
): ReaderDefinition<Settings> {
  return definition;
}
