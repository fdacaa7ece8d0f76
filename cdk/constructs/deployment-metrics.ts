import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { metricPrefix } from '#cdk/construct-ids.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';
import { priceParameters } from '#emulator/parameters/price-parameters.ts';
import { FUNCTIONS, LAMBDA_FUNCTIONS, QUEUE_NAMES } from '#shared/protocol/functions.ts';
import { acceleratorOf } from './encoder-task.ts';
import { eventField, eventPattern } from './event-pattern.ts';
import type { WatchedResources } from './watched-resources.ts';

const HOUR = Duration.hours(1);

/**
 * Hourly price of a replica without an accelerator: 4 virtual CPUs and 16 GB on Fargate, us-east-1, mid 2025.
 */
const CPU_REPLICA_PER_HOUR = 4 * 0.04048 + 16 * 0.004445;

export interface DeploymentMetricsProps {
  readonly settings: DeploymentSettings;
  readonly watched: WatchedResources;
}

/** Metrics that no AWS service reports: committed rounds, their length, and cost per hour and per round. */
export class DeploymentMetrics extends Construct {
  /**
   * Rounds committed in an hour, and their mean length [ms]; undefined if the scheduler is not a function.
   */
  readonly rounds: Metric | undefined;
  readonly roundMs: Metric | undefined;
  readonly dollarsAnHour: IMetric;
  readonly dollarsARound: IMetric | undefined;

  constructor(scope: Construct, id: string, { settings, watched }: DeploymentMetricsProps) {
    super(scope, id);
    this.dollarsAnHour = dollarsAnHour(settings, watched);
    const scheduler = watched.functions?.scheduler;
    if (scheduler === undefined) return;
    const fromRecord = (metricName: string, metricValue: string): Metric =>
      new MetricFilter(this, metricName, {
        logGroup: scheduler.logGroup,
        filterPattern: eventPattern('round-committed'),
        metricNamespace: settings.name,
        metricName,
        metricValue,
      }).metric();
    this.rounds = fromRecord('RoundsCommitted', '1').with({ period: HOUR, statistic: 'Sum' });
    this.roundMs = fromRecord('RoundMilliseconds', eventField('round-committed', 'roundMs')).with({
      period: HOUR,
      statistic: 'Average',
    });
    this.dollarsARound = new MathExpression({
      label: 'US dollars a round',
      period: HOUR,
      expression: 'dollars / rounds',
      usingMetrics: { dollars: this.dollarsAnHour, rounds: this.rounds },
    });
  }
}

/** Cost of an hour [USD]: list prices times reported use. Excludes storage and transfer, which are small. */
function dollarsAnHour(settings: DeploymentSettings, watched: WatchedResources): MathExpression {
  const prices = priceParameters.parse({});
  const terms: string[] = [];
  const usingMetrics: Record<string, IMetric> = {};
  const add = (name: string, metric: Metric, dollarsEach: number): void => {
    usingMetrics[name] = metric;
    // In billionths of a dollar, because metric expressions do not accept exponents.
    terms.push(`FILL(${name}, 0) * ${(dollarsEach * 1e9).toFixed(3)}`);
  };
  const hourly = { period: HOUR, statistic: 'Sum' };
  for (const name of QUEUE_NAMES) {
    // Each message takes three requests: send, receive, delete.
    const sent = watched.queues[name].queue.metricNumberOfMessagesSent(hourly);
    add(`${metricPrefix(name)}Messages`, sent, (3 * prices.queuePerMillionRequests) / 1e6);
  }
  for (const name of LAMBDA_FUNCTIONS) {
    const deployed = watched.functions?.[name].function;
    if (deployed === undefined) continue;
    const gigabytes = FUNCTIONS[name].lambda.memoryMegabytes / 1024;
    const perMillisecond = (gigabytes * prices.functionPerGigabyteSecond) / 1000;
    add(`${name}Duration`, deployed.metricDuration(hourly), perMillisecond);
    add(`${name}Calls`, deployed.metricInvocations(hourly), prices.functionPerMillionRequests / 1e6);
  }
  if (watched.encoder !== undefined) {
    // Every running task reports one sample a minute.
    const samples = watched.encoder.service.metricCpuUtilization({ period: HOUR, statistic: 'SampleCount' });
    const perHour =
      acceleratorOf(settings.encoder) === 'gpu' ? prices.containerPerHour : CPU_REPLICA_PER_HOUR;
    add('replicaMinutes', samples, perHour / 60);
  }
  return new MathExpression({
    label: 'US dollars an hour',
    period: HOUR,
    expression: `(${terms.join(' + ')}) / 1000000000`,
    usingMetrics,
  });
}
