import { ConfigError } from '#shared/errors.ts';
import { countRounds, type RoundList, requireRounds } from '#shared/protocol/round-list.ts';
import type { StudyPoint } from '#study/points/points.ts';

const OPTION = '--trace-rounds';

/** Maximum number of devices of a traced round, whose file then has about 100 MB. */
const MOST_DEVICES = 100_000;

/** Maximum of traced rounds times devices in one run of a point, whose traces are in memory until it ends. */
const MOST_DEVICE_ROUNDS = 1_000_000;

/**
 * Refuses traces of rounds that no point has, and traces that are too large to write.
 *
 * @throws ConfigError naming the number that is too large.
 */
export function requireTraceable(points: readonly StudyPoint[], list: RoundList): void {
  const mostRounds = points.reduce((most, { settings }) => Math.max(most, settings.training.rounds), 0);
  requireRounds(list, mostRounds, OPTION);
  for (const { settings } of points) {
    const { devices, rounds } = settings.training;
    const traced = countRounds(list, rounds);
    if (traced === 0 || (devices <= MOST_DEVICES && traced * devices <= MOST_DEVICE_ROUNDS)) continue;
    const most = Math.max(1, Math.floor(MOST_DEVICE_ROUNDS / devices));
    throw new ConfigError(`would trace ${traced} rounds of ${devices.toLocaleString('en')} devices.`, {
      subject: OPTION,
      remedy:
        devices > MOST_DEVICES
          ? `Rounds of up to ${MOST_DEVICES.toLocaleString('en')} devices can be traced.`
          : `Name ${most} rounds at most.`,
    });
  }
}
