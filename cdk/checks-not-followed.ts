/** Checks of cfn-lint and checkov that the stacks do not follow, with the reason of each. */
export interface ChecksNotFollowed {
  readonly [check: string]: string;
}

/** Checks that no deployment follows. */
export const NEVER_FOLLOWED: ChecksNotFollowed = {
  W3005:
    'CDK adds a dependency of each function on its role and the policy of that role; half of it is redundant.',
  CKV_AWS_18:
    'Only the roles of the deployment and the account itself can reach the bucket, over TLS. An access log of ' +
    'every payload would cost more than the payloads; CloudTrail data events can be turned on instead.',
  CKV_AWS_115:
    'The event source mappings of scheduler and device have a maximum concurrency. Reserved concurrency would ' +
    "take that number from the account's other functions all the time. CDK's own functions run at a deployment.",
  CKV_AWS_116:
    'A dead-letter queue of a function is for asynchronous invocations. These functions are invoked by queues, ' +
    'which have dead-letter queues of their own, and by CloudFormation, which reports failures itself.',
  CKV_AWS_117:
    'The functions reach only SQS, S3 and their log. In a VPC they would start slower and need paid endpoints, ' +
    'and IAM limits what they can reach as well.',
  CKV_AWS_111:
    'ecs:Submit* and the registration of an instance by the container agent know no resources; the statement is ' +
    "CDK's, with the cluster as its condition where that is possible.",
};

/** Checks that a deployment follows when it is asked to, with the setting. */
export const FOLLOWED_BY_CHOICE: ChecksNotFollowed = {
  CKV_AWS_21:
    '-c bucket=retain: versions of objects cost storage, and no object of a run but one is replaced.',
  CKV_AWS_27: '-c keys=customer: queues are encrypted in any case, with a key of SQS by default.',
  CKV_AWS_88: '-c network=private: endpoints are charged by the hour, also while nothing runs.',
  CKV_AWS_158: '-c keys=customer: logs are encrypted in any case, with a key of CloudWatch Logs by default.',
  CKV_AWS_173: '-c keys=customer: the variables are names of queues and of the bucket, which are no secrets.',
};
