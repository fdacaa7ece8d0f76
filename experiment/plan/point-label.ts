import type { ExperimentPoint } from '#shared/protocol/experiment-result.ts';
import { shortLabelOf } from '#study/points/points.ts';

/** Settings whose values explain themselves: a label shows the value alone. */
const SELF_EXPLAINING: ReadonlySet<string> = new Set(['scheduling.policy', 'data.task']);

/** The part of a point that its name is made from. */
type NamedPoint = Pick<ExperimentPoint, 'variant' | 'contender' | 'varied'>;

/** Plain name of a point for people: its variant, its contender and its values, such as `sst2, greedy`. */
export function pointLabel({ variant, contender, varied }: NamedPoint): string {
  const named = Object.entries(varied).filter(([path]) => SELF_EXPLAINING.has(path));
  const others = Object.entries(varied).filter(([path]) => !SELF_EXPLAINING.has(path));
  const parts = [
    ...(variant === null ? [] : [variant]),
    ...(contender === null ? [] : [contender]),
    ...named.map(([, value]) => String(value)),
    ...(others.length === 0 ? [] : [shortLabelOf(Object.fromEntries(others))]),
  ];
  return parts.length === 0 ? 'as set' : parts.join(', ');
}

/** Label of a point without its variant, for charts that show one variant each. */
export function labelInVariant(point: NamedPoint): string {
  return pointLabel({ ...point, variant: null });
}
