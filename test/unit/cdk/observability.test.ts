import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { QUEUE_NAMES } from '#shared/protocol/functions.ts';
import { STAGES } from '#shared/protocol/stages.ts';
import { synthesise } from '#test/support/synthesise.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:on-call';
const whole = synthesise({ alarmTopicArn: TOPIC });
const template = whole.template(whole.deployment.observability);
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties,
);
const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
const body = JSON.stringify(dashboard.Properties.DashboardBody);

describe('alarms', () => {
  it('ring for every queue at the first dead letter and at an old message, and for every function at an error', () => {
    const count = (metric: string) => alarms.filter(({ MetricName }) => MetricName === metric).length;
    expect(count('ApproximateNumberOfMessagesVisible')).toBe(QUEUE_NAMES.length + 1);
    expect(count('ApproximateAgeOfOldestMessage')).toBe(3);
    expect(count('Errors')).toBe(2);
    expect(count('Throttles')).toBe(2);
    const deadLetters = alarms.filter(
      ({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible',
    );
    for (const { Threshold } of deadLetters) expect(Threshold).toBe(1);
  });

  it('ring when the encoder fails on its messages, which no service counts by itself', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.event = "message-failed" }',
      MetricTransformations: [
        Match.objectLike({ MetricName: 'EncoderFailures', MetricNamespace: 'airtune' }),
      ],
    });
    expect(alarms.filter(({ MetricName }) => MetricName === 'EncoderFailures')).toHaveLength(1);
  });

  it('ring when messages are on their way for an hour and no round is committed', () => {
    const [stalled, ...others] = alarms.filter(({ AlarmDescription }) =>
      /no round was committed/.test(AlarmDescription),
    );
    expect(others).toEqual([]);
    const [{ Expression }, ...metrics] = stalled.Metrics;
    expect(Expression).toMatch(/^IF\(FILL\(rounds, 0\) > 0, 0, /);
    // CloudWatch allows at most ten metrics in an alarm.
    expect(metrics.length).toBeLessThanOrEqual(10);
    const [{ MetricStat }] = metrics;
    expect(stalled.EvaluationPeriods * MetricStat.Period).toBe(3600);
  });

  it('ring when the encoder should run and does not for half an hour', () => {
    const missing = alarms.filter(({ Metrics = [] }) => Metrics[0]?.Expression === 'desired - running');
    expect(missing).toHaveLength(1);
    expect(missing[0]).toMatchObject({ EvaluationPeriods: 6, Threshold: 1 });
  });

  it('tell the topic they are given, and stay quiet while nothing runs', () => {
    for (const alarm of alarms) {
      expect(alarm.AlarmActions).toEqual([TOPIC]);
      expect(alarm.TreatMissingData).toBe('notBreaching');
      expect(alarm.AlarmDescription.length).toBeGreaterThan(20);
    }
  });
});

describe('the dashboard', () => {
  it('shows every hop of a round, rounds with their traces, and their cost', () => {
    for (const stage of STAGES) expect(body).toContain(`avg(${stage})`);
    for (const shown of [
      'traceId',
      'US dollars a round',
      'Rounds an hour',
      'Cold starts',
      'Dead letters',
      'Encoder replicas',
    ]) {
      expect(body).toContain(shown);
    }
  });

  it('prices without exponents, which metric expressions do not know', () => {
    expect(body).toMatch(/FILL\(deviceDuration, 0\) \* \d+\.\d{3} /);
    expect(body).not.toMatch(/\* [\d.]+e-/);
  });

  it('leaves out functions and replicas where a deployment has none', () => {
    const workers = synthesise({ target: 'local', compute: 'worker' });
    const small = workers.template(workers.deployment.observability);
    expect(JSON.stringify(small.toJSON())).not.toMatch(/AWS\/Lambda|AWS\/ECS/);
    small.resourceCountIs('AWS::CloudWatch::Alarm', 2 * QUEUE_NAMES.length);
  });
});
