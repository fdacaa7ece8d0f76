import type { BaseService } from 'aws-cdk-lib/aws-ecs';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { LambdaFunction, QueueName } from '#shared/protocol/functions.ts';
import type { QueueFunction } from './queue-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** The functions that run on Lambda. */
export type DeployedFunctions = Readonly<Record<LambdaFunction, QueueFunction>>;

/** The encoder as an ECS service. */
export interface DeployedEncoder {
  readonly service: BaseService;
  readonly logGroup: LogGroup;
}

/** Resources that the dashboard and alarms observe; undefined for parts that are not deployed. */
export interface WatchedResources {
  readonly queues: Readonly<Record<QueueName, WorkQueue>>;
  readonly functions: DeployedFunctions | undefined;
  readonly encoder: DeployedEncoder | undefined;
}
