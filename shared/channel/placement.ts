import { ConfigError } from '#shared/errors.ts';
import { randomStream } from '#shared/random/random-stream.ts';

/** x and y [m]. */
export type PositionMetres = readonly [number, number];

/** Where the devices are; the edge server's position is a setting of its own. */
export type PlacementSettings =
  /** Uniform in a disc. */
  | {
      readonly kind: 'disc';
      readonly radiusMetres: number;
      readonly centreMetres?: PositionMetres | undefined;
    }
  /** Uniform between two circles. */
  | {
      readonly kind: 'ring';
      readonly innerRadiusMetres: number;
      readonly outerRadiusMetres: number;
      readonly centreMetres?: PositionMetres | undefined;
    }
  /** Given, one per device; a longer list is cut to the number of devices. */
  | { readonly kind: 'positions'; readonly positionsMetres: readonly PositionMetres[] };

/**
 * Position of each device. Device n's draw comes from the stream (seed, 'placement', n), so it stays where it is when
 * devices are added.
 *
 * @throws ConfigError for impossible radii or too few positions
 */
export function placeDevices(
  placement: PlacementSettings,
  deviceCount: number,
  seed: number,
): readonly PositionMetres[] {
  switch (placement.kind) {
    case 'disc':
      requireRadii(0, placement.radiusMetres, 'radiusMetres');
      return between(0, placement.radiusMetres, placement.centreMetres, deviceCount, seed);
    case 'ring': {
      const { innerRadiusMetres, outerRadiusMetres } = placement;
      requireRadii(innerRadiusMetres, outerRadiusMetres, 'outerRadiusMetres');
      return between(innerRadiusMetres, outerRadiusMetres, placement.centreMetres, deviceCount, seed);
    }
    case 'positions':
      if (placement.positionsMetres.length < deviceCount) {
        throw new ConfigError(`has ${placement.positionsMetres.length} for ${deviceCount} devices.`, {
          subject: 'placement.positionsMetres',
          remedy: 'Give a position per device, or fewer devices.',
        });
      }
      return placement.positionsMetres.slice(0, deviceCount);
  }
}

function between(
  inner: number,
  outer: number,
  centre: PositionMetres = [0, 0],
  deviceCount: number,
  seed: number,
): readonly PositionMetres[] {
  return Array.from({ length: deviceCount }, (_, device) => {
    const stream = randomStream(seed, 'placement', device);
    // Area grows with the square of the radius, so the square is what is uniform.
    const radius = Math.sqrt(inner * inner + stream.uniform() * (outer * outer - inner * inner));
    const angle = 2 * Math.PI * stream.uniform();
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)] as const;
  });
}

function requireRadii(inner: number, outer: number, subject: string): void {
  if (!(inner >= 0 && Number.isFinite(outer) && outer > inner)) {
    throw new ConfigError(`is ${outer} m, with ${inner} m inside it.`, {
      subject: `placement.${subject}`,
      remedy: 'Give 0 <= inner radius < outer radius, in metres.',
    });
  }
}

/**
 * Reads a file of positions: one device a line, `x,y` in metres, blank lines and lines from `#` on ignored.
 *
 * @throws ConfigError naming the file and line
 */
export function parsePositions(text: string, fileName: string): readonly PositionMetres[] {
  const positions: PositionMetres[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    const content = line.replace(/#.*/, '').trim();
    if (content === '') return;
    const [x, y, ...rest] = content.split(/\s*[,;\s]\s*/).map(Number);
    if (x === undefined || y === undefined || rest.length > 0 || !Number.isFinite(x + y)) {
      throw new ConfigError(`"${content}" is not a position.`, {
        subject: `${fileName}:${index + 1}`,
        remedy: 'Write two numbers of metres, as in 12.5,-40.',
      });
    }
    positions.push([x, y]);
  });
  return positions;
}
