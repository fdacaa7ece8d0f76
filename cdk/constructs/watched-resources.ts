import type { BaseService } from 'aws-cdk-lib/aws-ecs';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { LambdaFunction } from '#shared/protocol/functions.ts';
import type { FunctionName } from '#shared/protocol/message.ts';
import type { QueueFunction } from './queue-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** Functions on Lambda. */
export type DeployedFunctions = Readonly<Record<LambdaFunction, QueueFunction>>;

/** The encoder as a service. */
export interface DeployedEncoder {
  readonly service: BaseService;
  readonly logGroup: LogGroup;
}

/** The resources that dashboard and alarms show; parts that a deployment leaves out are undefined. */
export interface WatchedResources {
  readonly queues: Readonly<Record<FunctionName, WorkQueue>>;
  readonly functions: DeployedFunctions | undefined;
  readonly encoder: DeployedEncoder | undefined;
}
