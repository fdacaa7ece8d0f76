import * as z from 'zod';
import { parseStrict } from '#shared/config/parse-strict.ts';
import type { Commit, Plan } from './records.ts';

const count = z.int().nonnegative();
const quantity = z.number().nonnegative();

/**
 * The scheduled devices of one round: a line of devices.jsonl. All lists have the order of `devices`. Lists
 * that come from the plan are null if the plan is no longer stored.
 */
export const deviceMetricsSchema = z.object({
  /** Number of the round, counted from 1. */
  round: z.int().positive(),
  /** Scheduled devices in ascending order. */
  devices: z.array(count),
  /** Bandwidth and rate of each device by the plan. */
  bandwidthHz: z.array(quantity).nullable(),
  rateBitsPerSecond: z.array(quantity).nullable(),
  /** Energy of each device: transmit power times airtime, plus the energy of its computation. [J] */
  joules: z.array(quantity).nullable(),
  /**
   * Training loss of each device's mini-batch, and norm of its LoRA gradient; null for a device without an
   * answer.
   */
  loss: z.array(quantity.nullable()),
  gradientNorm: z.array(quantity.nullable()),
});

export type DeviceMetrics = Readonly<z.output<typeof deviceMetricsSchema>>;

/** Makes the line of a committed round. Pass undefined for a plan that is no longer stored. */
export function deviceMetrics(commit: Commit, plan: Plan | undefined): DeviceMetrics {
  const { round, selected, answered, losses, gradientNorms } = commit;
  const indexOf = new Map(answered.map((device, index) => [device, index]));
  const ofAnswers = (values: readonly number[]): (number | null)[] =>
    selected.map((device) => {
      const index = indexOf.get(device);
      return index === undefined ? null : values[index];
    });
  return {
    round: round + 1,
    devices: selected,
    bandwidthHz: plan?.bandwidthHz ?? null,
    rateBitsPerSecond: plan?.rateBitsPerSecond ?? null,
    joules: plan?.joules ?? null,
    loss: ofAnswers(losses),
    gradientNorm: ofAnswers(gradientNorms),
  };
}

/** Validates the parsed JSON of a line of devices.jsonl. @throws ConfigError naming the wrong field */
export function parseDeviceMetrics(value: unknown, path: string): DeviceMetrics {
  return parseStrict(deviceMetricsSchema, value, path);
}
