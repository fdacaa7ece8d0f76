import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { CONSTRUCT_IDS, metricPrefix } from '#cdk/construct-ids.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';
import { LAMBDA_FUNCTIONS, QUEUE_NAMES, QUEUES } from '#shared/protocol/functions.ts';
import { eventPattern } from './event-pattern.ts';
import type { DeployedEncoder, WatchedResources } from './watched-resources.ts';

/**
 * Age from which a message counts as stuck [s]. Starting a replica from zero (instance, image, model) takes
 * minutes, but less than this.
 */
const OLD_SECONDS = 900;
const PERIOD = Duration.minutes(5);
/** Failures in a period that raise an alarm, for failures that are retried and may happen occasionally. */
const SEVERAL = 10;

/**
 * Periods without a committed round that raise an alarm: one hour. A round closes after its delay and
 * `training.graceSeconds` (ten minutes by default), so an hour is several rounds.
 */
const STALLED_PERIODS = 12;
/**
 * Periods with a missing replica that raise an alarm: half an hour. A replica starts from zero within
 * minutes; if it has not started by then, it fails or has no capacity.
 */
const NOT_RUNNING_PERIODS = 6;

export interface DeploymentAlarmsProps {
  readonly settings: DeploymentSettings;
  readonly watched: WatchedResources;
  /** Number of committed rounds; undefined if the scheduler is not deployed as a function. */
  readonly rounds: Metric | undefined;
}

/** Alarms on dead letters, on messages that wait too long, and on functions that fail. */
export class DeploymentAlarms extends Construct {
  readonly all: Alarm[] = [];
  readonly #action: SnsAction | undefined;

  constructor(scope: Construct, id: string, { settings, watched, rounds }: DeploymentAlarmsProps) {
    super(scope, id);
    this.#action =
      settings.alarmTopicArn === undefined
        ? undefined
        : new SnsAction(Topic.fromTopicArn(this, 'Topic', settings.alarmTopicArn));
    for (const name of QUEUE_NAMES) {
      const part = CONSTRUCT_IDS[name];
      const { queue, deadLetters } = watched.queues[name];
      this.#add(
        `${part}DeadLetters`,
        `Messages of queue ${name} could not be processed: airtune dead-letters lists them with their reasons.`,
        deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
        1,
      );
      // A control message's age includes its delay to the end of the round, so its waiting time is measured
      // by periods instead.
      if (name === 'encoder-control') {
        this.#add(
          `${part}Waiting`,
          'The encoder does not receive its control messages: is it running?',
          queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Minimum' }),
          1,
          OLD_SECONDS / PERIOD.toSeconds(),
        );
        continue;
      }
      this.#add(
        `${part}Age`,
        `Messages for the ${name} wait too long: is it running, and are there enough of it?`,
        queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
        OLD_SECONDS,
      );
    }
    if (watched.encoder !== undefined) {
      // ECS reports no error count as Lambda does, so failures are counted from the container's log.
      const failures = new MetricFilter(this, 'EncoderFailures', {
        logGroup: watched.encoder.logGroup,
        filterPattern: eventPattern('message-failed'),
        metricNamespace: settings.name,
        metricName: 'EncoderFailures',
        metricValue: '1',
      });
      this.#add(
        'EncoderErrors',
        'The encoder fails on its messages again and again: its log says why.',
        failures.metric({ period: PERIOD, statistic: 'Sum' }),
        SEVERAL,
      );
      this.#add(
        'EncoderNotRunning',
        'The encoder should run and does not: its task fails at each start, or there is no capacity for it.',
        missingReplicas(watched.encoder),
        1,
        NOT_RUNNING_PERIODS,
      );
    }
    // The emulators of AWS take alarms on single metrics only.
    if (rounds !== undefined && settings.target === 'aws') {
      this.#add(
        'RunStalled',
        'Messages have been on their way for an hour and no round was committed: airtune status and the logs say why.',
        messagesWithoutRounds(watched, rounds),
        1,
        STALLED_PERIODS,
      );
    }
    if (watched.functions === undefined) return;
    for (const name of LAMBDA_FUNCTIONS) {
      const part = CONSTRUCT_IDS[name];
      const { function: watchedFunction } = watched.functions[name];
      this.#add(
        `${part}Errors`,
        `The ${name} function ends in errors or runs out of time.`,
        watchedFunction.metricErrors({ period: PERIOD, statistic: 'Sum' }),
        1,
      );
      this.#add(
        `${part}Throttles`,
        `The ${name} function is throttled: the account's concurrency is used up.`,
        watchedFunction.metricThrottles({ period: PERIOD, statistic: 'Sum' }),
        SEVERAL,
      );
    }
  }

  /** @param evaluationPeriods Consecutive periods at or over the threshold that raise the alarm. */
  #add(
    id: string,
    alarmDescription: string,
    metric: IMetric,
    threshold: number,
    evaluationPeriods = 1,
  ): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      alarmDescription,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods,
      // Idle queues and functions report no data.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#action !== undefined) alarm.addAlarmAction(this.#action);
    this.all.push(alarm);
  }
}

/** Desired replicas of the encoder service minus running ones. */
function missingReplicas({ service }: DeployedEncoder): MathExpression {
  const tasks = (metricName: string) =>
    new Metric({
      namespace: 'ECS/ContainerInsights',
      metricName,
      dimensionsMap: { ClusterName: service.cluster.clusterName, ServiceName: service.serviceName },
      period: PERIOD,
      statistic: 'Minimum',
    });
  return new MathExpression({
    label: 'replicas that do not run',
    period: PERIOD,
    expression: 'desired - running',
    usingMetrics: { desired: tasks('DesiredTaskCount'), running: tasks('RunningTaskCount') },
  });
}

/**
 * Messages that are visible, in flight or delayed in a period without a committed round; 0 in other periods.
 * Only the queues of essential messages are counted: a run in progress always has one of them, and an alarm
 * takes at most ten metrics.
 */
function messagesWithoutRounds({ queues }: WatchedResources, rounds: Metric): MathExpression {
  const maximum = { period: PERIOD, statistic: 'Maximum' };
  const usingMetrics: Record<string, IMetric> = { rounds: rounds.with({ period: PERIOD, statistic: 'Sum' }) };
  for (const name of QUEUE_NAMES) {
    if (!QUEUES[name].essential) continue;
    const { queue } = queues[name];
    const prefix = metricPrefix(name);
    usingMetrics[`${prefix}Waiting`] = queue.metricApproximateNumberOfMessagesVisible(maximum);
    usingMetrics[`${prefix}InWork`] = queue.metricApproximateNumberOfMessagesNotVisible(maximum);
    usingMetrics[`${prefix}Delayed`] = queue.metricApproximateNumberOfMessagesDelayed(maximum);
  }
  const messages = Object.keys(usingMetrics).filter((name) => name !== 'rounds');
  return new MathExpression({
    label: 'messages without a committed round',
    period: PERIOD,
    expression: `IF(FILL(rounds, 0) > 0, 0, ${messages.map((name) => `FILL(${name}, 0)`).join(' + ')})`,
    usingMetrics,
  });
}
