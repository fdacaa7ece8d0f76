import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/**
 * A KMS key for bucket, queues and logs, which changes every year. Roles get access by their own policies;
 * CloudWatch Logs by the key's policy, for log groups of this account only.
 */
export class CustomerKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { keep }: { readonly keep: boolean }) {
    super(scope, id);
    const stack = Stack.of(this);
    this.key = new Key(this, 'Key', {
      description: 'airtune: bucket, queues and logs of a deployment',
      enableKeyRotation: true,
      // A retained bucket is unreadable without its key.
      removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Logs',
        principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({ service: 'logs', resource: '*' }),
          },
        },
      }),
    );
  }
}
