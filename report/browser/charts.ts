import { BarChart, BoxplotChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  DataZoomInsideComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  BoxplotChart,
  CustomChart,
  DataZoomInsideComponent,
  GridComponent,
  LabelLayout,
  LineChart,
  MarkLineComponent,
  ScatterChart,
  SVGRenderer,
  TooltipComponent,
]);

/** A chart in an element of the page. */
export function chartIn(element: HTMLElement, width: number, height: number): EChartsType {
  return init(element, undefined, { renderer: 'svg', width, height });
}

/** A chart without an element, for images. */
export function detachedChart(width: number, height: number): EChartsType {
  return init(null, undefined, { renderer: 'svg', ssr: true, width, height });
}

export type Chart = EChartsType;
