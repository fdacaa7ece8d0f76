import { CfnResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { KEY_PREFIXES, keyPrefixes, type Retention } from '#shared/protocol/key-space.ts';
import { PREPARED_REUSE_DAYS } from '#shared/protocol/keys.ts';

export interface RunBucketProps {
  /** Days after which what a run left is deleted; models and data that runs share stay longer. */
  readonly keepRunsDays: number;
  /** Whether destroying the stack deletes what is in the bucket; a custom resource does it, which only AWS can run. */
  readonly emptyOnDestroy: boolean;
  /** Whether anything but TLS is refused; an emulator on this machine speaks plain HTTP. */
  readonly tlsOnly: boolean;
}

/** Payloads and answers outlive their round by this much, for rounds that are resumed. */
const ROUND_DAYS = 3;

function daysKept(retention: Retention, keepRunsDays: number): number {
  switch (retention) {
    case 'round':
      return ROUND_DAYS;
    case 'run':
      return keepRunsDays;
    case 'sharedByRuns':
      return keepRunsDays + PREPARED_REUSE_DAYS;
  }
}

/** Where the library puts the function behind `autoDeleteObjects`: one a stack. */
const EMPTYING_PROVIDER = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';

/** The bucket of prepared models, runs, and tensors on their way: encrypted, TLS only, never public. */
export class RunBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { keepRunsDays, emptyOnDestroy, tlsOnly }: RunBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: tlsOnly,
      ...(tlsOnly ? { minimumTLSVersion: 1.2 } : {}),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: emptyOnDestroy,
      lifecycleRules: [
        ...keyPrefixes().map((prefix) => ({
          id: prefix,
          prefix: `${prefix}/`,
          expiration: Duration.days(daysKept(KEY_PREFIXES[prefix], keepRunsDays)),
        })),
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    if (emptyOnDestroy) this.#keepLogsInStack();
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only the roles of this deployment and the account itself can reach the bucket, over TLS; access logs of ' +
        'every payload would cost more than the payloads. CloudTrail data events can be turned on where asked for.',
    });
    if (!tlsOnly) {
      Validations.of(this.bucket).acknowledge({
        id: 'AwsSolutions-S10',
        reason:
          'Deployed to an emulator on this machine only, which speaks plain HTTP on the loopback interface.',
      });
    }
  }

  /**
   * The library's function that empties the bucket would make a log group of its own, which nobody deletes, and be allowed
   * to write any other.
   */
  #keepLogsInStack(): void {
    const logGroup = new LogGroup(this, 'EmptyingLogs', {
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#emptyingResource('Handler').addPropertyOverride('LoggingConfig', {
      LogGroup: logGroup.logGroupName,
    });
    const role = this.#emptyingResource('Role');
    role.addPropertyDeletionOverride('ManagedPolicyArns');
    role.addPropertyOverride('Policies', [
      {
        PolicyName: 'Log',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              Resource: logGroup.logGroupArn,
            },
          ],
        },
      },
    ]);
  }

  #emptyingResource(id: 'Handler' | 'Role'): CfnResource {
    const resource = Stack.of(this).node.findChild(EMPTYING_PROVIDER).node.findChild(id);
    if (CfnResource.isCfnResource(resource)) return resource;
    throw new TypeError(`${resource.node.path} is no resource.`);
  }
}
