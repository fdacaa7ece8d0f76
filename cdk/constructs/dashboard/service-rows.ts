import {
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type {
  DeployedEncoder,
  DeployedFunctions,
  WatchedResources,
} from '#cdk/constructs/watched-resources.ts';
import { LAMBDA_FUNCTIONS, QUEUE_NAMES, type QueueName } from '#shared/protocol/functions.ts';
import { GRAPH_HEIGHT, graphRow, MINUTE, ROW_WIDTH } from './graph-row.ts';

/** For each queue: number of waiting messages, their age, and dead letters. */
export function queueRow(queues: WatchedResources['queues']): IWidget[] {
  const ofEach = (metric: (name: QueueName) => IMetric): IMetric[] => QUEUE_NAMES.map(metric);
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

/** For each Lambda function: duration, concurrency, failures and cold starts. */
export function functionRow(functions: DeployedFunctions): IWidget[] {
  const all = LAMBDA_FUNCTIONS.map((name) => [name, functions[name].function] as const);
  return [
    ...graphRow(
      [
        'Duration, 99th percentile [ms]',
        ...all.map(([label, each]) => each.metricDuration({ period: MINUTE, statistic: 'p99', label })),
      ],
      [
        'Invocations at once',
        ...all.map(([label, each]) =>
          each.metric('ConcurrentExecutions', { period: MINUTE, statistic: 'Maximum', label }),
        ),
      ],
      [
        'Errors',
        ...all.map(([label, each]) => each.metricErrors({ period: MINUTE, statistic: 'Sum', label })),
      ],
    ),
    new LogQueryWidget({
      title: 'Cold starts',
      logGroupNames: LAMBDA_FUNCTIONS.map((name) => functions[name].logGroup.logGroupName),
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

/** Running encoder replicas, and their CPU and memory use. */
export function encoderRow({ service }: DeployedEncoder): IWidget[] {
  // Every running task reports one sample a minute.
  const replicas = { period: MINUTE, statistic: 'SampleCount', label: 'encoder' };
  const mean = { period: MINUTE, statistic: 'Average', label: 'encoder' };
  return graphRow(
    ['Encoder replicas', service.metricCpuUtilization(replicas)],
    ['Encoder processors in use [%]', service.metricCpuUtilization(mean)],
    ['Encoder memory in use [%]', service.metricMemoryUtilization(mean)],
  );
}
