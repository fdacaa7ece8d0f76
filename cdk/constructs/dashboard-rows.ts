import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { STAGES } from '../../shared/protocol/stages.ts';
import type { EncoderStack } from '../stacks/encoder-stack.ts';
import type { FunctionsStack } from '../stacks/functions-stack.ts';
import type { MessagingStack } from '../stacks/messaging-stack.ts';
import type { WatchedStacks } from '../stacks/observability-stack.ts';
import type { DeploymentAlarms } from './deployment-alarms.ts';
import type { DeploymentMetrics } from './deployment-metrics.ts';

const WIDTH = 24;
const HEIGHT = 6;
const MINUTE = Duration.minutes(1);
const NAMES = ['scheduler', 'device', 'encoder'] as const;

/** The dashboard from what matters first: alarms, rounds and their cost, where their time goes, queues, functions, encoder. */
export function dashboardRows(
  watched: WatchedStacks,
  metrics: DeploymentMetrics,
  alarms: DeploymentAlarms,
): IWidget[][] {
  return [
    [new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.all, width: WIDTH, height: 4 })],
    row(
      ['Rounds an hour', metrics.rounds],
      ['Length of a round [ms]', metrics.roundMs],
      ['US dollars a round', metrics.dollarsARound],
      ['US dollars an hour', metrics.dollarsAnHour],
    ),
    ...(watched.functions === undefined ? [] : [roundRow(watched.functions)]),
    queueRow(watched.messaging),
    ...(watched.functions === undefined ? [] : [functionRow(watched.functions)]),
    ...(watched.encoder === undefined ? [] : [encoderRow(watched.encoder)]),
  ];
}

function row(...graphs: (readonly [title: string, ...metrics: (IMetric | undefined)[]])[]): IWidget[] {
  return graphs.flatMap(([title, ...given]) => {
    const left = given.filter((metric) => metric !== undefined);
    const width = Math.floor(WIDTH / graphs.length);
    return left.length === 0 ? [] : [new GraphWidget({ title, left, width, height: HEIGHT })];
  });
}

/** The critical path of rounds by stage, and the rounds themselves with their trace ids, from the scheduler's log. */
function roundRow({ scheduler }: FunctionsStack): IWidget[] {
  const logGroupNames = [scheduler.logGroup.logGroupName];
  const committed = "filter event = 'round-committed'";
  return [
    new LogQueryWidget({
      title: 'Where a round goes: mean of its critical path by stage [ms]',
      logGroupNames,
      view: LogQueryVisualizationType.STACKEDAREA,
      width: WIDTH / 2,
      height: HEIGHT,
      queryLines: [
        committed,
        `stats ${STAGES.map((stage) => `avg(${stage}) as ${stage}_ms`).join(', ')} by bin(5m)`,
      ],
    }),
    new LogQueryWidget({
      title: 'Latest rounds',
      logGroupNames,
      view: LogQueryVisualizationType.TABLE,
      width: WIDTH / 2,
      height: HEIGHT,
      queryLines: [
        committed,
        'fields @timestamp, run, round, answered, selected, delaySeconds, roundMs, traceId',
        'sort @timestamp desc',
        'limit 20',
      ],
    }),
  ];
}

function queueRow({ queues }: MessagingStack): IWidget[] {
  const ofEach = (metric: (name: (typeof NAMES)[number]) => IMetric): IMetric[] => NAMES.map(metric);
  const maximum = { period: MINUTE, statistic: 'Maximum' };
  return row(
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

function encoderRow({ service }: EncoderStack): IWidget[] {
  // One sample a minute comes from every task that runs.
  const replicas = { period: MINUTE, statistic: 'SampleCount', label: 'encoder' };
  const mean = { period: MINUTE, statistic: 'Average', label: 'encoder' };
  return row(
    ['Encoder replicas', service.metricCpuUtilization(replicas)],
    ['Encoder processors in use [%]', service.metricCpuUtilization(mean)],
    ['Encoder memory in use [%]', service.metricMemoryUtilization(mean)],
  );
}

function functionRow({ scheduler, device }: FunctionsStack): IWidget[] {
  const both = [
    ['scheduler', scheduler.function],
    ['device', device.function],
  ] as const;
  return [
    ...row(
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
      width: WIDTH,
      height: HEIGHT,
      queryLines: [
        'filter @type = "REPORT" and ispresent(@initDuration)',
        'stats count(*) as coldStarts, pct(@initDuration, 50) as median_ms by bin(5m)',
      ],
    }),
  ];
}
