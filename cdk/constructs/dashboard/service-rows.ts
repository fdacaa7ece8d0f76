import {
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { EncoderStack } from '#cdk/stacks/encoder-stack.ts';
import type { FunctionsStack } from '#cdk/stacks/functions-stack.ts';
import type { MessagingStack } from '#cdk/stacks/messaging-stack.ts';
import { GRAPH_HEIGHT, graphRow, MINUTE, ROW_WIDTH } from './graph-row.ts';

const NAMES = ['scheduler', 'device', 'encoder'] as const;

/** How much waits, for how long, and what nobody could process, queue by queue. */
export function queueRow({ queues }: MessagingStack): IWidget[] {
  const ofEach = (metric: (name: (typeof NAMES)[number]) => IMetric): IMetric[] => NAMES.map(metric);
  const maximum = { period: MINUTE, statistic: 'Maximum' };
  return graphRow(
    [
      'Messages waiting',
      ...ofEach((name) =>
        queues[name].queue.metricApproximateNumberOfMessagesVisible({ ...maximum, label: name }),
      ),
    ],
    [
      'Age of the oldest message [s]',
      ...ofEach((name) =>
        queues[name].queue.metricApproximateAgeOfOldestMessage({ ...maximum, label: name }),
      ),
    ],
    [
      'Dead letters',
      ...ofEach((name) =>
        queues[name].deadLetters.metricApproximateNumberOfMessagesVisible({ ...maximum, label: name }),
      ),
    ],
  );
}

/** How long invocations take, how many run at once, what fails, and how often an instance starts. */
export function functionRow({ scheduler, device }: FunctionsStack): IWidget[] {
  const both = [
    ['scheduler', scheduler.function],
    ['device', device.function],
  ] as const;
  return [
    ...graphRow(
      [
        'Duration, 99th percentile [ms]',
        ...both.map(([label, each]) => each.metricDuration({ period: MINUTE, statistic: 'p99', label })),
      ],
      [
        'Invocations at once',
        ...both.map(([label, each]) =>
          each.metric('ConcurrentExecutions', { period: MINUTE, statistic: 'Maximum', label }),
        ),
      ],
      [
        'Errors',
        ...both.map(([label, each]) => each.metricErrors({ period: MINUTE, statistic: 'Sum', label })),
      ],
    ),
    new LogQueryWidget({
      title: 'Cold starts',
      logGroupNames: [scheduler.logGroup.logGroupName, device.logGroup.logGroupName],
      view: LogQueryVisualizationType.LINE,
      width: ROW_WIDTH,
      height: GRAPH_HEIGHT,
      queryLines: [
        'filter @type = "REPORT" and ispresent(@initDuration)',
        'stats count(*) as coldStarts, pct(@initDuration, 50) as median_ms by bin(5m)',
      ],
    }),
  ];
}

/** How many replicas of the encoder run, and what they use of their processors and memory. */
export function encoderRow({ service }: EncoderStack): IWidget[] {
  // One sample a minute comes from every task that runs.
  const replicas = { period: MINUTE, statistic: 'SampleCount', label: 'encoder' };
  const mean = { period: MINUTE, statistic: 'Average', label: 'encoder' };
  return graphRow(
    ['Encoder replicas', service.metricCpuUtilization(replicas)],
    ['Encoder processors in use [%]', service.metricCpuUtilization(mean)],
    ['Encoder memory in use [%]', service.metricMemoryUtilization(mean)],
  );
}
