/** A row of a text data set: one text or a pair of texts, and its class. */
export interface TextExample {
  readonly text: string;
  /** The second text of a sentence-pair task; absent for single sentences. */
  readonly pair?: string;
  /** Class index, 0 .. class count - 1. */
  readonly label: number;
}

/** Size of a stored image: channel first, each channel row by row. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A row of an image data set: pixels with values 0-255, channel first, and its class. */
export interface ImageExample {
  /** channels * height * width grey levels, in the order of {@link ImageShape}. */
  readonly pixels: Uint8Array;
  /** Class index, 0 .. class count - 1. */
  readonly label: number;
}
