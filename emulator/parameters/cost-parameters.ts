import * as z from 'zod';

const linear = (fixedMs: number, itemMs: number, gigaflopsPerSecond: number) =>
  z
    .strictObject({
      fixedMs: z.number().min(0).default(fixedMs).describe('Time of a piece of work however small'),
      itemMs: z
        .number()
        .min(0)
        .default(itemMs)
        .describe('Time for each item: a device, a sequence, a gradient'),
      gigaflopsPerSecond: z
        .number()
        .positive()
        .default(gigaflopsPerSecond)
        .describe('Speed: of one virtual CPU in a function, of the accelerator in the encoder'),
    })
    .prefault({});

/**
 * Duration of a piece of work: fixed time + time per item + operations / speed. The defaults are assumptions
 * for plain JavaScript in a function and a small data-centre accelerator; `airtune calibrate` replaces them
 * by measured values.
 */
export const costParameters = z.strictObject({
  schedule: linear(2, 0.001, 1),
  embed: linear(1, 0.05, 1),
  forward: linear(4, 0.02, 8000),
  head: linear(1, 0.05, 1),
  backward: linear(6, 0.04, 8000),
  aggregate: linear(5, 0.1, 20),
  evaluate: linear(10, 0.02, 8000),
});

export type CostParameters = z.output<typeof costParameters>;
