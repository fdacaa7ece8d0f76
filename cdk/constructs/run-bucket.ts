import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { KEY_PREFIXES, keyPrefixes, type Retention } from '#shared/protocol/key-space.ts';
import { PREPARED_REUSE_DAYS } from '#shared/protocol/keys.ts';
import { addProviderLogs } from './provider-logs.ts';

export interface RunBucketProps {
  /** Days after which a run's objects are deleted; models and data that runs share are kept longer. */
  readonly keepRunsDays: number;
  /**
   * Whether destroying the stack deletes the bucket's objects, by a custom resource that only AWS can run.
   */
  readonly emptyOnDestroy: boolean;
  /** Whether the bucket outlives its stack, and keeps replaced and deleted objects for a while. */
  readonly retain: boolean;
  /** The customer's key; undefined for a key of S3. */
  readonly key: Key | undefined;
  /** Whether requests without TLS are refused; false for a local emulator, which uses plain HTTP. */
  readonly tlsOnly: boolean;
}

/** Days that replaced and deleted objects of a retained bucket are kept. */
const OLD_VERSION_DAYS = 30;

/** Days that payloads and answers are kept after their round, for runs that are resumed. */
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

/** Id of the CDK function for `autoDeleteObjects`; one per stack. */
const EMPTYING_PROVIDER = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';

/** The bucket for prepared models, runs and payloads: encrypted, TLS only, never public. */
export class RunBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: RunBucketProps) {
    super(scope, id);
    const { keepRunsDays, retain, key, tlsOnly } = props;
    const emptyOnDestroy = props.emptyOnDestroy && !retain;
    this.bucket = new Bucket(this, 'Bucket', {
      ...(key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      versioned: retain,
      enforceSSL: tlsOnly,
      ...(tlsOnly ? { minimumTLSVersion: 1.2 } : {}),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: emptyOnDestroy,
      lifecycleRules: [
        ...keyPrefixes().map((prefix) => ({
          id: prefix,
          prefix: `${prefix}/`,
          expiration: Duration.days(daysKept(KEY_PREFIXES[prefix], keepRunsDays)),
          ...(retain ? { noncurrentVersionExpiration: Duration.days(OLD_VERSION_DAYS) } : {}),
        })),
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    if (emptyOnDestroy) {
      addProviderLogs(this, { id: 'EmptyingLogs', provider: EMPTYING_PROVIDER, hasPolicy: false, key });
    }
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
}
