import { Stack } from 'aws-cdk-lib';
import { CfnRole, type IRole } from 'aws-cdk-lib/aws-iam';

/**
 * Limits the trust of a role that the library makes for a service: the service may take the role only on behalf of the
 * stack's own account. For services that state the account (ECS tasks, flow logs); Lambda and EC2 do not document it.
 */
export function trustOwnAccountOnly(role: IRole): void {
  const resource = role.node.defaultChild;
  if (!(resource instanceof CfnRole)) throw new TypeError(`${role.node.path} is not a role of this stack.`);
  resource.addPropertyOverride('AssumeRolePolicyDocument.Statement.0.Condition', {
    StringEquals: { 'aws:SourceAccount': Stack.of(role).account },
  });
}
