import { Stack, type StackProps } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { dashboardRows } from '#cdk/constructs/dashboard/dashboard-rows.ts';
import { DeploymentAlarms } from '#cdk/constructs/deployment-alarms.ts';
import { DeploymentMetrics } from '#cdk/constructs/deployment-metrics.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';
import type { EncoderStack } from './encoder-stack.ts';
import type { FunctionsStack } from './functions-stack.ts';
import type { MessagingStack } from './messaging-stack.ts';

/** What is there to be watched; parts that a deployment leaves out are undefined. */
export interface WatchedStacks {
  readonly messaging: MessagingStack;
  readonly functions: FunctionsStack | undefined;
  readonly encoder: EncoderStack | undefined;
}

/** A dashboard of the round, and alarms on what a person has to look at. */
export class ObservabilityStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    settings: DeploymentSettings,
    watched: WatchedStacks,
    props?: StackProps,
  ) {
    super(scope, id, props);
    const metrics = new DeploymentMetrics(this, 'Metrics', settings, watched);
    const alarms = new DeploymentAlarms(this, 'Alarms', settings, watched);
    new Dashboard(this, 'Dashboard', {
      dashboardName: settings.name,
      widgets: dashboardRows(watched, metrics, alarms),
    });
  }
}
