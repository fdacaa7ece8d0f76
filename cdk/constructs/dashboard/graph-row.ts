import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** Dashboard grid: columns in a row, and the height of a graph in the same units. */
export const ROW_WIDTH = 24;
export const GRAPH_HEIGHT = 6;

/** Resolution of graphs of a service's own metrics. */
export const MINUTE = Duration.minutes(1);

/** A row of graphs of equal width. A graph is omitted if the deployment has none of its metrics. */
export function graphRow(
  ...graphs: (readonly [title: string, ...metrics: (IMetric | undefined)[]])[]
): IWidget[] {
  return graphs.flatMap(([title, ...given]) => {
    const left = given.filter((metric) => metric !== undefined);
    const width = Math.floor(ROW_WIDTH / graphs.length);
    return left.length === 0 ? [] : [new GraphWidget({ title, left, width, height: GRAPH_HEIGHT })];
  });
}
