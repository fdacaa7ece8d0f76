import { Duration, Stack } from 'aws-cdk-lib';
import {
  AdjustmentType,
  ScalableTarget,
  ServiceNamespace,
  StepScalingAction,
} from 'aws-cdk-lib/aws-applicationautoscaling';
import {
  type Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { BaseService, Cluster } from 'aws-cdk-lib/aws-ecs';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface EncoderScalingProps {
  readonly cluster: Cluster;
  readonly service: BaseService;
  readonly queue: Queue;
  readonly controlQueue: Queue;
  readonly maxReplicas: number;
}

const MINUTE = Duration.minutes(1);
/** Queue depth from which more than one replica is started. */
const DEEP_QUEUE = 500;
/** Age of the oldest message [s] from which all replicas are started; a queue in use has younger messages. */
const OLD_SECONDS = 180;
/** Minutes with an empty queue after which all replicas stop, because replicas are billed by the second. */
const IDLE_MINUTES = 10;

/**
 * Scales the encoder from zero replicas by queue depth and age of the oldest message. Embeddings and
 * gradients in flight count as depth, so replicas do not stop while devices transmit. A control message
 * counts when it can be received, and while it is handled. The closing messages of past rounds arrive minutes
 * after their rounds and have no effect, so a delayed control message keeps no replica running.
 */
export class EncoderScaling extends Construct {
  readonly #target: ScalableTarget;

  constructor(
    scope: Construct,
    id: string,
    { cluster, service, queue, controlQueue, maxReplicas }: EncoderScalingProps,
  ) {
    super(scope, id);
    this.#target = new ScalableTarget(this, 'Target', {
      serviceNamespace: ServiceNamespace.ECS,
      resourceId: `service/${cluster.clusterName}/${service.serviceName}`,
      scalableDimension: 'ecs:service:DesiredCount',
      minCapacity: 0,
      maxCapacity: maxReplicas,
      // The service-linked role. By default CDK would create a role that is never used.
      role: Role.fromRoleArn(
        this,
        'Role',
        Stack.of(this).formatArn({
          service: 'iam',
          region: '',
          resource: 'role/aws-service-role/ecs.application-autoscaling.amazonaws.com',
          resourceName: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
        }),
      ),
    });
    const maximum = { period: MINUTE, statistic: 'Maximum' };
    const usingMetrics = {
      waiting: queue.metricApproximateNumberOfMessagesVisible(maximum),
      inFlight: queue.metricApproximateNumberOfMessagesNotVisible(maximum),
      delayed: queue.metricApproximateNumberOfMessagesDelayed(maximum),
    };
    const toDo = new MathExpression({
      expression: 'waiting + inFlight + delayed + controlWaiting',
      period: MINUTE,
      label: 'messages for the encoder',
      usingMetrics: {
        ...usingMetrics,
        controlWaiting: controlQueue.metricApproximateNumberOfMessagesVisible(maximum),
      },
    });
    this.#scale('Work', this.#atLeast('WorkAlarm', toDo, 1), [
      [0, DEEP_QUEUE, 1],
      [DEEP_QUEUE, undefined, maxReplicas],
    ]);
    const age = queue.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: 'Maximum' });
    this.#scale('Age', this.#atLeast('AgeAlarm', age, OLD_SECONDS), [[0, undefined, maxReplicas]]);
    const inWork = new MathExpression({
      expression: 'waiting + inFlight + delayed + controlInFlight',
      period: MINUTE,
      label: 'messages that the encoder works on',
      usingMetrics: {
        ...usingMetrics,
        // Also counts messages that were deferred, which are hidden until they are due.
        controlInFlight: controlQueue.metricApproximateNumberOfMessagesNotVisible(maximum),
      },
    });
    const idle = inWork.createAlarm(this, 'IdleAlarm', {
      threshold: 0,
      comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: IDLE_MINUTES,
      treatMissingData: TreatMissingData.BREACHING,
    });
    this.#scale('Idle', idle, [[undefined, 0, 0]]);
  }

  #atLeast(
    id: string,
    metric: IMetric & { createAlarm: MathExpression['createAlarm'] },
    threshold: number,
  ): Alarm {
    return metric.createAlarm(this, id, {
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /**
   * Adds a step-scaling action. A step is a bound relative to the alarm's threshold and a number of replicas.
   */
  #scale(
    id: string,
    alarm: Alarm,
    steps: readonly (readonly [lower: number | undefined, upper: number | undefined, replicas: number])[],
  ): void {
    const action = new StepScalingAction(this, id, {
      scalingTarget: this.#target,
      adjustmentType: AdjustmentType.EXACT_CAPACITY,
      cooldown: MINUTE,
    });
    for (const [lowerBound, upperBound, adjustment] of steps) {
      action.addAdjustment({
        adjustment,
        ...(lowerBound === undefined ? {} : { lowerBound }),
        ...(upperBound === undefined ? {} : { upperBound }),
      });
    }
    alarm.addAlarmAction(new ApplicationScalingAction(action));
  }
}
