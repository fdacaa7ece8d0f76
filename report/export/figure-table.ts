import type { Figure } from '#report/content/figures.ts';
import type { Cell, ReportTable, TableColumn } from '#report/content/report-content.ts';

/** All numbers of a figure as a table. */
export function figureTable(figure: Figure): ReportTable {
  const { id, title } = figure;
  const table = (columns: readonly TableColumn[], rows: ReportTable['rows']): ReportTable => ({
    kind: 'table',
    id,
    title,
    columns,
    rows,
  });
  switch (figure.kind) {
    case 'lines': {
      const banded = figure.series.some(({ points }) => points.some(({ low }) => low !== undefined));
      const constants = (figure.references ?? []).map(({ name, value }): readonly Cell[] => [
        name,
        ...figure.x.map(() => null),
        value,
        ...(banded ? [null, null] : []),
      ]);
      return table(
        [
          { name: 'series' },
          ...figure.x,
          figure.y,
          ...(banded
            ? [
                { name: 'low', unit: figure.y.unit },
                { name: 'high', unit: figure.y.unit },
              ]
            : []),
        ],
        [
          ...figure.series.flatMap(({ name, points }) =>
            points.map(({ x, y, low, high }): readonly Cell[] => [
              name,
              ...x,
              y,
              ...(banded ? [low ?? null, high ?? null] : []),
            ]),
          ),
          ...constants,
        ],
      );
    }
    case 'bars':
      return table(
        [
          { name: 'bar' },
          ...figure.parts.map(({ name }) => ({ name, unit: figure.value.unit })),
          ...(figure.parts.length > 1 ? [{ name: 'sum', unit: figure.value.unit }] : []),
        ],
        figure.bars.map(({ name, values }) => [
          name,
          ...values,
          ...(figure.parts.length > 1 ? [values.reduce((sum, value) => sum + value, 0)] : []),
        ]),
      );
    case 'boxes':
      return table(
        [
          { name: 'box' },
          ...['low', 'lower quartile', 'median', 'upper quartile', 'high'].map((name) => ({
            name,
            unit: figure.value.unit,
          })),
        ],
        figure.boxes.map(({ name, low, lowerQuartile, median, upperQuartile, high }) => [
          name,
          low,
          lowerQuartile,
          median,
          upperQuartile,
          high,
        ]),
      );
    case 'scatter':
      return table(
        [{ name: 'point' }, { name: 'group' }, figure.x, figure.y],
        figure.points.map(({ name, group, x, y }) => [name, group ?? null, x, y]),
      );
    case 'spans':
      return table(
        [
          { name: 'device' },
          { name: 'round' },
          { name: 'worst path' },
          { name: 'stage' },
          { name: 'start', unit: 's' },
          { name: 'end', unit: 's' },
        ],
        figure.traced.flatMap(({ round, rows }) =>
          rows.flatMap(({ name, worst, spans }) =>
            spans.map(({ part, startSeconds, endSeconds }) => [
              name,
              round,
              worst === true ? 'yes' : 'no',
              figure.parts[part]?.name ?? '',
              startSeconds,
              endSeconds,
            ]),
          ),
        ),
      );
  }
}
