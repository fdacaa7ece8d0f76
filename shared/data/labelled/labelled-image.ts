import type { LabelledRow } from './labelled-example.ts';

/** An image before it is decoded and resized. */
export type ImageSource =
  | { readonly kind: 'file'; readonly path: string }
  /** The bytes of an image file. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Pixels row by row, the channels of a pixel side by side. */
  | {
      readonly kind: 'pixels';
      readonly width: number;
      readonly height: number;
      readonly channels: number;
      readonly data: Uint8Array;
    };

/** A row of an image task. */
export interface LabelledImage extends LabelledRow {
  readonly image: ImageSource;
  /** Throws the error for an image that cannot be read, naming its row or file. */
  readonly refuse: (reason: string, cause: unknown) => never;
}
