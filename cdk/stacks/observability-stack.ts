import { Stack, type StackProps } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { dashboardRows } from '#cdk/constructs/dashboard/dashboard-rows.ts';
import { DeploymentAlarms } from '#cdk/constructs/deployment-alarms.ts';
import { DeploymentBudget } from '#cdk/constructs/deployment-budget.ts';
import { DeploymentMetrics } from '#cdk/constructs/deployment-metrics.ts';
import type { WatchedResources } from '#cdk/constructs/watched-resources.ts';
import type { DeploymentSettings } from '#cdk/deployment-settings.ts';

export interface ObservabilityStackProps extends StackProps {
  readonly settings: DeploymentSettings;
  readonly watched: WatchedResources;
}

/** The dashboard, and alarms on faults that need a person. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    const { settings, watched } = props;
    const metrics = new DeploymentMetrics(this, 'Metrics', { settings, watched });
    const alarms = new DeploymentAlarms(this, 'Alarms', { settings, watched, rounds: metrics.rounds });
    const { budgetDollars, budgetEmail } = settings;
    if (budgetDollars !== undefined && budgetEmail !== undefined) {
      new DeploymentBudget(this, 'Budget', {
        deployment: settings.name,
        monthlyDollars: budgetDollars,
        email: budgetEmail,
      });
    }
    new Dashboard(this, 'Dashboard', {
      dashboardName: settings.name,
      widgets: dashboardRows(watched, metrics, alarms),
    });
  }
}
