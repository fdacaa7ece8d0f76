import { dueAfter, type Message, type MessageOf, PROTOCOL_VERSION } from '#shared/protocol/message.ts';
import { evaluationRounds, type RunRecord } from '#shared/protocol/run-record.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import type { RunFollower } from './run-follower.ts';

/**
 * What to tell the functions so that a run begins, or goes on from what it has stored: the first round that is not
 * committed, and the tests that are due and missing.
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
  const start =
    round < record.config.training.rounds ? [{ ...about(round), kind: 'round.start' as const }] : [];
  return [...tests, ...start];
}
