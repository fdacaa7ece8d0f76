import { Stack } from 'aws-cdk-lib';
import { CfnRole, type IRole } from 'aws-cdk-lib/aws-iam';

/**
 * Limits the trust policy of a role that CDK creates for a service: the service may assume the role only for
 * the stack's own account. Works for services that send the account (ECS tasks, flow logs); Lambda and EC2 do
 * not document that they do.
 */
export function trustOwnAccountOnly(role: IRole): void {
  const resource = role.node.defaultChild;
  if (!(resource instanceof CfnRole)) throw new TypeError(`${role.node.path} is not a role of this stack.`);
  resource.addPropertyOverride('AssumeRolePolicyDocument.Statement.0.Condition', {
    StringEquals: { 'aws:SourceAccount': Stack.of(role).account },
  });
}
