import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** The grid of a dashboard: columns of a row, and the height of a graph in the same units. */
export const ROW_WIDTH = 24;
export const GRAPH_HEIGHT = 6;

/** What a graph of a service's own metrics resolves. */
export const MINUTE = Duration.minutes(1);

/** Graphs side by side, each as wide as the others; one whose metrics a deployment does not have is left out. */
export function graphRow(
  ...graphs: (readonly [title: string, ...metrics: (IMetric | undefined)[]])[]
): IWidget[] {
  return graphs.flatMap(([title, ...given]) => {
    const left = given.filter((metric) => metric !== undefined);
    const width = Math.floor(ROW_WIDTH / graphs.length);
    return left.length === 0 ? [] : [new GraphWidget({ title, left, width, height: GRAPH_HEIGHT })];
  });
}
