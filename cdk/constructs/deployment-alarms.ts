import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { CONSTRUCT_IDS } from '#cdk/construct-ids.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';
import { FUNCTION_NAMES, LAMBDA_FUNCTIONS } from '#shared/protocol/functions.ts';
import { eventPattern } from './event-pattern.ts';
import type { WatchedResources } from './watched-resources.ts';

/** Starting a replica from zero (instance, image, model) takes minutes; what waits longer than this is stuck. */
const OLD_SECONDS = 900;
const PERIOD = Duration.minutes(5);
/** What is tried again by itself and may happen now and then: only so many of it in a period are worth a person's time. */
const SEVERAL = 10;

export interface DeploymentAlarmsProps {
  readonly settings: DeploymentSettings;
  readonly watched: WatchedResources;
}

/** Alarms on dead letters, on messages that wait too long, and on functions that fail. */
export class DeploymentAlarms extends Construct {
  readonly all: Alarm[] = [];
  readonly #action: SnsAction | undefined;

  constructor(scope: Construct, id: string, { settings, watched }: DeploymentAlarmsProps) {
    super(scope, id);
    this.#action =
      settings.alarmTopicArn === undefined
        ? undefined
        : new SnsAction(Topic.fromTopicArn(this, 'Topic', settings.alarmTopicArn));
    for (const name of FUNCTION_NAMES) {
      const part = CONSTRUCT_IDS[name];
      const { queue, deadLetters } = watched.queues[name];
      this.#add(
        `${part}DeadLetters`,
        `Messages for the ${name} could not be processed: airtune dead-letters lists them with their reasons.`,
        deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
        1,
      );
      this.#add(
        `${part}Age`,
        `Messages for the ${name} wait too long: is it running, and are there enough of it?`,
        queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
        OLD_SECONDS,
      );
    }
    if (watched.encoder !== undefined) {
      // A container has no count of errors as functions have; what it fails on is in its log.
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

  #add(id: string, alarmDescription: string, metric: Metric, threshold: number): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      alarmDescription,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // An idle queue and an idle function report nothing.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#action !== undefined) alarm.addAlarmAction(this.#action);
    this.all.push(alarm);
  }
}
