import type { ReceivedMessage } from '#shared/cloud/ports/queue.ts';
import { ProtocolError } from '#shared/errors.ts';
import { runKeys } from '#shared/protocol/keys.ts';
import type { Message } from '#shared/protocol/message.ts';
import { requireSeal } from '#shared/protocol/message-seal.ts';
import { evaluationRounds, type RunRecord } from '#shared/protocol/run-record.ts';
import { roundTraceId } from '#shared/protocol/trace-id.ts';
import { radioDelayMs } from './hop.ts';

/**
 * Largest difference between the clocks of a message's sender and of its queue. [ms] S3 itself refuses
 * requests from a clock that differs by more than 15 minutes.
 */
const CLOCK_TOLERANCE_MS = 3_600_000;

/**
 * Checks the contents of a message against the run record, before the wait for its due time. A message that
 * fails becomes a dead letter and has no effect.
 *
 * @throws ProtocolError naming the wrong value.
 */
export function verifyMessage(record: RunRecord, message: Message, received: ReceivedMessage): void {
  requireSeal(record, received.body);
  const refuse = (claim: string): never => {
    throw new ProtocolError(claim, { subject: `message ${message.kind} of run ${record.run}` });
  };
  const { rounds, devices, batchSize } = record.config.training;
  if (message.kind === 'evaluate') {
    if (!evaluationRounds(record).includes(message.round))
      refuse(`no test is due after round ${message.round}.`);
  } else if (message.round >= rounds) refuse(`round ${message.round + 1} is after the last one, ${rounds}.`);
  if (message.traceId !== roundTraceId(message.run, message.round))
    refuse("its trace id is another round's.");
  if ('device' in message && message.device >= devices) {
    refuse(`device ${message.device} is not one of the ${devices} devices.`);
  }
  if ('headRound' in message && message.headRound > message.round) {
    refuse(`head ${message.headRound} is of a later round than ${message.round}.`);
  }
  if (message.kind === 'encoder.gradients') {
    const { predictions, correct } = message;
    const mostTokens = batchSize * record.sequenceTokens;
    if (record.finalNorm === undefined) {
      if (predictions !== batchSize)
        refuse(`${predictions} predictions are not the ${batchSize} of a mini-batch.`);
    } else if (predictions > mostTokens) {
      refuse(`${predictions} predicted tokens are more than the ${mostTokens} of a mini-batch.`);
    }
    if (correct > predictions) refuse(`${correct} correct predictions are more than ${predictions}.`);
  }
  const payload = payloadKind(message);
  if (payload !== undefined) {
    const { run, round, device, payload: reference } = payload.message;
    const key = runKeys.payload(run, round, device, payload.kind);
    if (reference.place === 'object' && reference.key !== key)
      refuse(`refers to the object ${reference.key} in place of ${key}.`);
    if (reference.place === 'inline' && payload.kind === 'embeddings')
      refuse('has embeddings inside the message; they must be a stored object.');
  }
  const latestMs = received.sentAtMs + longestDelayMs(record, message) + CLOCK_TOLERANCE_MS;
  if (message.deliverAtMs > latestMs)
    refuse(`it is due ${message.deliverAtMs - received.sentAtMs} ms after it was sent.`);
}

/**
 * The kind of payload that a message carries, with the message narrowed to that kind; undefined without a
 * payload.
 */
function payloadKind(message: Message) {
  switch (message.kind) {
    case 'encoder.embeddings':
      return { kind: 'embeddings', message } as const;
    case 'device.features':
      return { kind: 'features', message } as const;
    case 'encoder.gradients':
      return { kind: 'gradients', message } as const;
    default:
      return undefined;
  }
}

/** The longest time between the sending of a message and its due time. [ms] */
function longestDelayMs({ payloadBits, config }: RunRecord, message: Message): number {
  const payload = payloadKind(message);
  if (payload !== undefined) {
    return radioDelayMs(payloadBits[payload.kind], payload.message.rateBitsPerSecond);
  }
  // The delay of the round is in its plan, which is not read here; one day is allowed in its place.
  return message.kind === 'encoder.close-round' ? 1000 * config.training.graceSeconds + 86_400_000 : 0;
}
