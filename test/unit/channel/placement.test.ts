import { describe, expect, test } from 'vitest';
import { type DevicePositions, parsePositions, placeDevices } from '#shared/channel/placement.ts';
import { thrownLine } from '#test/support/thrown.ts';

/** The position of each device as a pair. */
const pairsOf = ({ xMetres, yMetres }: DevicePositions) =>
  Array.from(xMetres, (x, device) => [x, yMetres[device]]);

describe('placement', () => {
  test('in a disc is uniform by area', () => {
    const disc = { kind: 'disc', radiusMetres: 100, centreMetres: [10, -20] } as const;
    const positions = pairsOf(placeDevices(disc, 20_000, 1));
    const distances = positions.map(([x, y]) => Math.hypot(x - 10, y + 20));
    expect(Math.max(...distances)).toBeLessThanOrEqual(100);
    const inner = distances.filter((distance) => distance < 50).length / positions.length;
    expect(Math.abs(inner - 0.25)).toBeLessThan(0.02);
    const right = positions.filter(([x]) => x > 10).length / positions.length;
    expect(Math.abs(right - 0.5)).toBeLessThan(0.02);
  });

  test('in a ring stays between the circles, uniform by area', () => {
    const ring = { kind: 'ring', innerRadiusMetres: 50, outerRadiusMetres: 100 } as const;
    const distances = pairsOf(placeDevices(ring, 20_000, 2)).map(([x, y]) => Math.hypot(x, y));
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(50);
    const inner = distances.filter((distance) => distance < 75).length / distances.length;
    expect(Math.abs(inner - (75 ** 2 - 50 ** 2) / (100 ** 2 - 50 ** 2))).toBeLessThan(0.02);
  });

  test('leaves everyone in place when devices are added', () => {
    const disc = { kind: 'disc', radiusMetres: 100 } as const;
    expect(pairsOf(placeDevices(disc, 50, 3)).slice(0, 10)).toEqual(pairsOf(placeDevices(disc, 10, 3)));
    expect(placeDevices(disc, 10, 4)).not.toEqual(placeDevices(disc, 10, 3));
  });
});

test('a list of positions is cut at the number of devices', () => {
  const list = {
    kind: 'positions',
    positionsMetres: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  } as const;
  expect(pairsOf(placeDevices(list, 2, 1))).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

describe('a file of positions', () => {
  test('has one device a line, with comments and blank lines', () => {
    expect(parsePositions('# x, y\n1,2\n\n-3.5 ; 4e1  # far\r\n0\t7\n', 'p.csv')).toEqual([
      [1, 2],
      [-3.5, 40],
      [0, 7],
    ]);
  });

  test.each(['1', '1,2,3', '1,x', 'nan,1'])('refuses the line %j by name', (line) => {
    expect(thrownLine(() => parsePositions(`0,0\n${line}\n`, 'p.csv'))).toMatch(
      /^p\.csv:2: .* is not a position/,
    );
  });
});
