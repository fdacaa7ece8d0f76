import * as z from 'zod';
import { ConfigError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { linesOf } from '#shared/text-file.ts';

/** The largest distance [m], beyond any satellite. At much larger distances, rates are not normal numbers. */
const FARTHEST_METRES = 1e8;

const coordinate = z.number().min(-FARTHEST_METRES).max(FARTHEST_METRES);
const radius = z.number().positive().max(FARTHEST_METRES);

/** x and y [m]. */
export const position = z.tuple([coordinate, coordinate]).readonly();

export type PositionMetres = z.output<typeof position>;

const kind = 'positions of the devices';

/** Uniformly distributed in a disc. */
const disc = z.strictObject({
  kind: z.literal('disc').describe(kind),
  radiusMetres: radius.describe('radius of the disc in which devices are uniformly distributed'),
  centreMetres: position.optional().describe('centre of the disc, x and y'),
});

/** Uniformly distributed between two circles. */
const ring = z
  .strictObject({
    kind: z.literal('ring').describe(kind),
    innerRadiusMetres: z.number().nonnegative().describe('inner radius of the ring'),
    outerRadiusMetres: radius.describe('outer radius of the ring'),
    centreMetres: position.optional().describe('centre of the ring, x and y'),
  })
  .refine(({ innerRadiusMetres, outerRadiusMetres }) => innerRadiusMetres < outerRadiusMetres, {
    path: ['innerRadiusMetres'],
    message: 'must be below outerRadiusMetres',
  });

/** Given positions, one per device. A list that is longer than the number of devices is cut. */
const positions = z.strictObject({
  kind: z.literal('positions').describe(kind),
  positionsMetres: z.array(position).min(1).readonly().describe('x and y of every device'),
});

/** Positions of the devices. The edge server's position is a separate setting. */
export const placementSettings = z
  .discriminatedUnion('kind', [disc, ring, positions])
  .default({ kind: 'disc', radiusMetres: 250 });

export type PlacementSettings = z.output<typeof placementSettings>;

/** x and y of each device [m]. Columns, because a million pairs would be a million objects. */
export interface DevicePositions {
  readonly xMetres: Float64Array;
  readonly yMetres: Float64Array;
}

/**
 * Position of each device. Device n's draw comes from the stream (seed, 'placement', n), so its position does
 * not change when devices are added. {@link checkChannelDevices} ensures that a list of positions has one for
 * each device.
 */
export function placeDevices(
  placement: PlacementSettings,
  deviceCount: number,
  seed: number,
): DevicePositions {
  switch (placement.kind) {
    case 'disc':
      return between(0, placement.radiusMetres, placement.centreMetres, deviceCount, seed);
    case 'ring': {
      const { innerRadiusMetres, outerRadiusMetres, centreMetres } = placement;
      return between(innerRadiusMetres, outerRadiusMetres, centreMetres, deviceCount, seed);
    }
    case 'positions': {
      const given = placement.positionsMetres.slice(0, deviceCount);
      return {
        xMetres: Float64Array.from(given, ([x]) => x),
        yMetres: Float64Array.from(given, ([, y]) => y),
      };
    }
  }
}

function between(
  inner: number,
  outer: number,
  centre: PositionMetres = [0, 0],
  deviceCount: number,
  seed: number,
): DevicePositions {
  const xMetres = new Float64Array(deviceCount);
  const yMetres = new Float64Array(deviceCount);
  for (let device = 0; device < deviceCount; device++) {
    const stream = randomStream(seed, 'placement', device);
    // The area grows with the square of the radius, so the square is drawn uniformly.
    const radius = Math.sqrt(inner * inner + stream.uniform() * (outer * outer - inner * inner));
    const angle = 2 * Math.PI * stream.uniform();
    xMetres[device] = centre[0] + radius * Math.cos(angle);
    yMetres[device] = centre[1] + radius * Math.sin(angle);
  }
  return { xMetres, yMetres };
}

/**
 * Parses a file of positions: one device per line, `x,y` in metres. Blank lines and text after `#` are
 * ignored.
 *
 * @throws ConfigError naming the file and line
 */
export function parsePositions(text: string, fileName: string): readonly PositionMetres[] {
  const positions: PositionMetres[] = [];
  linesOf(text).forEach((line, index) => {
    const content = line.replace(/#.*/, '').trim();
    if (content === '') return;
    const [x, y, ...rest] = content.split(/\s*[,;\s]\s*/).map(Number);
    if (x === undefined || y === undefined || rest.length > 0 || !Number.isFinite(x + y)) {
      throw new ConfigError(`${quoted(content)} is not a position.`, {
        subject: `${fileName}:${index + 1}`,
        remedy: 'Write two numbers of metres, as in 12.5,-40.',
      });
    }
    positions.push([x, y]);
  });
  return positions;
}
