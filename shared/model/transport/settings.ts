import * as z from 'zod';
import { TRANSPORT_BITS } from './transported-bits.ts';

/** Encoding of the tensors that are sent between a device and the encoder. */
export const transportSettings = z
  .strictObject({
    bitsPerValue: z
      .literal(TRANSPORT_BITS)
      .default(32)
      .describe(
        'width of a transmitted value: single precision, half precision, or bytes with a scale a row',
      ),
    inlineBytes: z
      .int()
      .nonnegative()
      .max(500_000)
      .default(65_536)
      .describe('features and gradients up to this size are sent inside the message'),
  })
  .prefault({});

export type TransportSettings = z.output<typeof transportSettings>;
