import { AlarmStatusWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { DeploymentAlarms } from '#cdk/constructs/deployment-alarms.ts';
import type { DeploymentMetrics } from '#cdk/constructs/deployment-metrics.ts';
import type { WatchedResources } from '#cdk/constructs/watched-resources.ts';
import { graphRow, ROW_WIDTH } from './graph-row.ts';
import { roundRow } from './round-row.ts';
import { encoderRow, functionRow, queueRow } from './service-rows.ts';

/**
 * Dashboard rows, most important first: alarms, rounds and cost, time by stage, queues, functions, encoder.
 */
export function dashboardRows(
  watched: WatchedResources,
  metrics: DeploymentMetrics,
  alarms: DeploymentAlarms,
): IWidget[][] {
  return [
    [new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.all, width: ROW_WIDTH, height: 4 })],
    graphRow(
      ['Rounds an hour', metrics.rounds],
      ['Length of a round [ms]', metrics.roundMs],
      ['US dollars a round', metrics.dollarsARound],
      ['US dollars an hour', metrics.dollarsAnHour],
    ),
    ...(watched.functions === undefined ? [] : [roundRow(watched.functions.scheduler.logGroup)]),
    queueRow(watched.queues),
    ...(watched.functions === undefined ? [] : [functionRow(watched.functions)]),
    ...(watched.encoder === undefined ? [] : [encoderRow(watched.encoder)]),
  ];
}
