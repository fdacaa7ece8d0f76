import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';

export interface DeploymentBudgetProps {
  /** Name of the deployment, which all its resources have as the tag `application`. */
  readonly deployment: string;
  readonly monthlyDollars: number;
  readonly email: string;
}

/** Percentages of the budget that are reported. */
const REPORTED_PERCENT = [80, 100];

/**
 * A monthly budget of a deployment's costs. It counts resources by the tag `application`, once that tag is
 * activated as a cost allocation tag in the account's billing settings.
 */
export class DeploymentBudget extends Construct {
  constructor(scope: Construct, id: string, { deployment, monthlyDollars, email }: DeploymentBudgetProps) {
    super(scope, id);
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyDollars, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:application$${deployment}`] },
      },
      notificationsWithSubscribers: REPORTED_PERCENT.map((threshold) => ({
        notification: {
          comparisonOperator: 'GREATER_THAN',
          notificationType: 'ACTUAL',
          threshold,
          thresholdType: 'PERCENTAGE',
        },
        subscribers: [{ address: email, subscriptionType: 'EMAIL' }],
      })),
    });
  }
}
