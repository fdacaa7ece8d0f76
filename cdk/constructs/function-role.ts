import { Stack } from 'aws-cdk-lib';
import { type PrincipalBase, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { FunctionName } from '#shared/protocol/message.ts';

/**
 * Name of a function's role. It is given, not generated, because the queues' policies name the roles before
 * the roles exist. It contains the region, because role names are unique in an account.
 */
function functionRoleName(stack: Stack, deployment: string, name: FunctionName): string {
  return `${deployment}-${name}-${stack.region}`;
}

/** ARN of a function's role. */
export function functionRoleArn(stack: Stack, deployment: string, name: FunctionName): string {
  return stack.formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: functionRoleName(stack, deployment, name),
  });
}

/** The role of a function, which the service `assumedBy` may assume. */
export function functionRole(
  scope: Construct,
  deployment: string,
  name: FunctionName,
  assumedBy: PrincipalBase,
): Role {
  return new Role(scope, 'Role', {
    assumedBy,
    roleName: functionRoleName(Stack.of(scope), deployment, name),
  });
}
