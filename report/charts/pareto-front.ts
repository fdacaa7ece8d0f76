import type { ScatterFigure, ScatterPoint } from '#report/content/figures.ts';

/** The points that no other point beats on one axis without being worse on the other, ordered by x. */
export function paretoFront(
  points: readonly ScatterPoint[],
  { x, y }: NonNullable<ScatterFigure['better']>,
): readonly ScatterPoint[] {
  const worthX = ({ x: value }: ScatterPoint): number => (x === 'less' ? value : -value);
  const worthY = ({ y: value }: ScatterPoint): number => (y === 'less' ? value : -value);
  const ordered = points.toSorted(
    (left, right) => worthX(left) - worthX(right) || worthY(left) - worthY(right),
  );
  let best = Number.POSITIVE_INFINITY;
  const front: ScatterPoint[] = [];
  for (const point of ordered) {
    if (worthY(point) >= best) continue;
    best = worthY(point);
    front.push(point);
  }
  return x === 'less' ? front : front.reverse();
}
