import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CONSTRUCT_IDS } from '#cdk/construct-ids.ts';
import { QueueFunction, type QueueFunctionProps } from '#cdk/constructs/queue-function.ts';
import type { RunResources } from '#cdk/constructs/run-resources.ts';
import type { DeployedFunctions } from '#cdk/constructs/watched-resources.ts';
import { type DeployedPlugin, schedulerEntry } from '#cdk/deployed-plugins.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';
import type { LambdaFunction } from '#shared/protocol/functions.ts';

/**
 * Maximum number of concurrent schedulers. A run needs one, because its rounds are sequential; Lambda's
 * minimum is two.
 */
const SCHEDULER_CONCURRENCY = 5;

export interface FunctionsStackProps extends StackProps {
  readonly settings: DeploymentSettings;
  readonly resources: RunResources;
  readonly plugins: readonly DeployedPlugin[];
}

/** Scheduler and device as Lambda functions that consume their queues. */
export class FunctionsStack extends Stack {
  readonly functions: DeployedFunctions;

  constructor(scope: Construct, id: string, props: FunctionsStackProps) {
    super(scope, id, props);
    const { settings, resources, plugins } = props;
    const queueFunction = (name: LambdaFunction, own: Omit<QueueFunctionProps, 'name' | 'resources'>) =>
      new QueueFunction(this, CONSTRUCT_IDS[name], { name, resources, ...own });
    this.functions = {
      scheduler: queueFunction('scheduler', {
        maxConcurrency: SCHEDULER_CONCURRENCY,
        timeoutSeconds: settings.schedulerTimeoutSeconds,
        entry: schedulerEntry(plugins),
      }),
      device: queueFunction('device', { maxConcurrency: settings.deviceConcurrency }),
    };
  }
}
