import type { YAXisComponentOption } from 'echarts';
import { SURFACES, type ThemeName } from '#report/content/tones.ts';

/** Height of a row with its name above its mark [CSS pixels]. */
export const ROW_HEIGHT = 46;
/** Height of the mark itself [CSS pixels]. */
export const MARK_HEIGHT = 16;

/** A vertical axis of names, each written above its row, so that long names need no room beside the marks. */
export function categoryRows(names: readonly string[], theme: ThemeName): YAXisComponentOption {
  return {
    type: 'category',
    inverse: true,
    data: names.map((name) => name),
    axisTick: { show: false },
    axisLine: { show: false },
    splitLine: { show: false },
    axisLabel: {
      inside: true,
      margin: 0,
      interval: 0,
      align: 'left',
      verticalAlign: 'bottom',
      padding: [0, 0, MARK_HEIGHT / 2 + 3, 0],
      color: SURFACES[theme].ink,
    },
    z: 4,
  };
}
