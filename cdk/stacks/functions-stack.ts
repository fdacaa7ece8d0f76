import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { QueueFunction } from '#cdk/constructs/queue-function.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';
import type { MessagingStack } from './messaging-stack.ts';

/** Rounds follow each other: a run keeps one scheduler busy at most, and two is the fewest Lambda lets one ask for. */
const SCHEDULER_CONCURRENCY = 5;

/** Scheduler and device as Lambda functions behind their queues. */
export class FunctionsStack extends Stack {
  readonly scheduler: QueueFunction;
  readonly device: QueueFunction;

  constructor(
    scope: Construct,
    id: string,
    settings: DeploymentSettings,
    messaging: MessagingStack,
    props?: StackProps,
  ) {
    super(scope, id, props);
    this.scheduler = new QueueFunction(this, 'Scheduler', {
      name: 'scheduler',
      messaging,
      maxConcurrency: SCHEDULER_CONCURRENCY,
    });
    this.device = new QueueFunction(this, 'Device', {
      name: 'device',
      messaging,
      maxConcurrency: settings.deviceConcurrency,
    });
  }
}
