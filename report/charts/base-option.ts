import type { EChartsOption } from 'echarts';
import { SURFACES } from '#report/content/tones.ts';
import type { View } from './drawing.ts';

/** Quotes are single: ECharts writes the value into an attribute of SVG as it is. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";

/** The options of all charts. */
export function baseOption({ theme, alone }: View): EChartsOption {
  const { ink, paper } = SURFACES[theme];
  return {
    animation: false,
    backgroundColor: alone ? paper : 'transparent',
    textStyle: { fontFamily: FONT, fontSize: 12, color: ink },
    tooltip: {
      confine: true,
      backgroundColor: ink,
      borderWidth: 0,
      padding: [6, 10],
      textStyle: { color: paper, fontSize: 12 },
      extraCssText: 'max-width: 320px; white-space: normal; box-shadow: none;',
      transitionDuration: 0,
    },
  };
}

/** Approximate width of a text of 12 pixels [CSS pixels]. */
export function textWidth(text: string): number {
  return Math.ceil(6.4 * text.length);
}
