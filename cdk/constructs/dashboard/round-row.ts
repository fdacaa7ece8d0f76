import { type IWidget, LogQueryVisualizationType, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { eventQuery } from '#cdk/constructs/event-pattern.ts';
import type { LogEventFields } from '#shared/protocol/log-events.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { GRAPH_HEIGHT, ROW_WIDTH } from './graph-row.ts';

/** Fields of a committed round that the table of rounds shows. */
const ROUND_FIELDS: readonly (keyof LogEventFields<'round-committed'>)[] = [
  'answered',
  'selected',
  'delaySeconds',
  'roundMs',
];

/** The critical path by stage, and a table of rounds with their trace ids; both query the scheduler's log. */
export function roundRow(schedulerLog: LogGroup): IWidget[] {
  const logGroupNames = [schedulerLog.logGroupName];
  const committed = eventQuery('round-committed');
  return [
    new LogQueryWidget({
      title: 'Where a round goes: mean of its critical path by stage [ms]',
      logGroupNames,
      view: LogQueryVisualizationType.STACKEDAREA,
      width: ROW_WIDTH / 2,
      height: GRAPH_HEIGHT,
      queryLines: [
        committed,
        `stats ${STAGES.map((stage) => `avg(${stage}) as ${stage}_ms`).join(', ')} by bin(5m)`,
      ],
    }),
    new LogQueryWidget({
      title: 'Latest rounds',
      logGroupNames,
      view: LogQueryVisualizationType.TABLE,
      width: ROW_WIDTH / 2,
      height: GRAPH_HEIGHT,
      queryLines: [
        committed,
        `fields @timestamp, run, round, ${ROUND_FIELDS.join(', ')}, traceId`,
        'sort @timestamp desc',
        'limit 20',
      ],
    }),
  ];
}
