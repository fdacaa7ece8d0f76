import { connect } from 'echarts/core';
import type { Figure } from '#report/content/figures.ts';
import type { Chart } from './charts.ts';

/** Charts over the same x axes point at the same place: the pointer on one shows the values of all. */
export function linkHover(views: readonly { readonly chart: Chart; readonly figure: Figure }[]): void {
  const lines = views.filter(({ figure }) => figure.kind === 'lines');
  const alike = Map.groupBy(lines, ({ figure }) =>
    figure.kind === 'lines' ? JSON.stringify(figure.x.map(({ id }) => id)) : '',
  );
  for (const [key, group] of alike) {
    if (group.length < 2) continue;
    for (const { chart } of group) chart.group = key;
    connect(key);
  }
}
