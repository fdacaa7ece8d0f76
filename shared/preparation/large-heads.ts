import { headShapes } from '#shared/model/head/head.ts';
import { elementCount } from '#shared/model/tensor.ts';
import { FUNCTIONS } from '#shared/protocol/functions.ts';
import { headForm, type RunRecord } from '#shared/protocol/run-record.ts';

/** Bytes of all heads above which a run warns. */
const MOST_BYTES = 2e9;

/**
 * Sizes of a head that a device function holds at the end of a step: the pre-trained head, the device's own,
 * its gradient, the next head, and that one's file.
 */
const HEADS_IN_STEP = 5;

const REMEDY = 'head.train=norm, which keeps the output matrix frozen';

/**
 * Warnings of heads that are large because each has its own output matrix: of the size of all heads, and, for
 * a deployment, of device functions without the memory for one.
 */
export function largeHeadWarnings(
  record: Pick<RunRecord, 'config' | 'hiddenSize' | 'labelNames' | 'finalNorm' | 'vocabularySize'>,
  isDeployed: boolean,
): readonly string[] {
  if (record.vocabularySize === undefined) return [];
  const { settings, size } = headForm(record);
  const bytes = [...headShapes(settings, size).values()].reduce(
    (sum, shape) => sum + 4 * elementCount(shape),
    0,
  );
  const { devices } = record.config.training;
  const { memoryMegabytes } = FUNCTIONS.device.lambda;
  const isStoredInMuch = devices * bytes > MOST_BYTES;
  const isTooLarge = isDeployed && HEADS_IN_STEP * bytes > memoryMegabytes * 2 ** 20;
  return [
    ...(isStoredInMuch
      ? [
          `the heads of ${devices} devices are ${gigabytes(devices * bytes)}, ${gigabytes(bytes)} each, and up to ` +
            `five states of them are stored. Use fewer devices, or ${REMEDY}.`,
        ]
      : []),
    ...(isTooLarge
      ? [
          `a step of a head of ${gigabytes(bytes)} takes ${gigabytes(HEADS_IN_STEP * bytes)} of memory or more, a ` +
            `device function of the deployment has ${memoryMegabytes} MB, so no device will answer. Run it ` +
            `elsewhere, or use ${REMEDY}.`,
        ]
      : []),
  ];
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}
