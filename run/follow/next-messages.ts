import { dueAfter, type Message, type MessageOf, PROTOCOL_VERSION } from '#shared/protocol/message.ts';
import { evaluationRounds, type RunRecord } from '#shared/protocol/run-record.ts';
import { waitsForTest } from '#shared/protocol/test-target.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import type { RunFollower } from './run-follower.ts';

/**
 * The messages that start or resume a run from its stored state: `evaluate` for each test that is due and
 * missing, and `round.start` for the first round that is not committed.
 */
export function nextMessages(
  record: RunRecord,
  follower: RunFollower,
  epoch: number,
  nowMs: number,
): readonly Message[] {
  const { run } = record;
  const round = follower.commits.length;
  const about = (number: number): Omit<MessageOf<'evaluate'>, 'kind'> => ({
    version: PROTOCOL_VERSION,
    run,
    epoch,
    round: number,
    ...dueAfter(nowMs, 0),
    traceId: roundTraceId(run, number),
  });
  const tests = evaluationRounds(record)
    .slice(follower.evaluations.length)
    .filter((done) => done <= round)
    .map((done) => ({ ...about(done), kind: 'evaluate' as const }));
  // A test that may end the run starts the next round itself.
  const isWaiting = waitsForTest(record, round) && tests.some((test) => test.round === round);
  const start =
    round < follower.rounds && !isWaiting ? [{ ...about(round), kind: 'round.start' as const }] : [];
  return [...tests, ...start];
}
