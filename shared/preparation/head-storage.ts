import { headShapes } from '#shared/model/head/head.ts';
import { elementCount } from '#shared/model/tensor.ts';
import { headForm, type RunRecord } from '#shared/protocol/run-record.ts';

/** Bytes of all heads above which a run warns. */
const MOST_BYTES = 2e9;

/**
 * A warning with the size of the heads of all devices, if they are large because each has its own output
 * matrix; else undefined.
 */
export function headStorageWarning(
  record: Pick<RunRecord, 'config' | 'hiddenSize' | 'labelNames' | 'finalNorm' | 'vocabularySize'>,
): string | undefined {
  if (record.vocabularySize === undefined) return undefined;
  const { settings, size } = headForm(record);
  const values = [...headShapes(settings, size).values()]
    .map(elementCount)
    .reduce((sum, count) => sum + count, 0);
  const { devices } = record.config.training;
  const bytes = 4 * values * devices;
  if (bytes <= MOST_BYTES) return undefined;
  const gigabytes = (count: number): string => (count / 1e9).toPrecision(3);
  return (
    `the heads of ${devices} devices are ${gigabytes(bytes)} GB, ${gigabytes(bytes / devices)} GB each, and up to ` +
    'five states of them are stored. Use fewer devices, or head.train=norm, which keeps the output matrix frozen.'
  );
}
