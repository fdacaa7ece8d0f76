import { endingRunOnFault, endRunWithout } from '#functions/exchange/end-run.ts';
import { isCurrent } from '#functions/exchange/run-material.ts';
import { Turns } from '#functions/exchange/turns.ts';
import { verifyMessage } from '#functions/exchange/verify-message.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import { ProtocolError } from '#shared/errors.ts';
import type { Message } from '#shared/protocol/message.ts';
import { traceOf } from '#shared/protocol/trace-id.ts';
import { backPropagateBatched, claimGradients } from './back-propagate.ts';
import { backPropagateWaiting } from './back-propagate-waiting.ts';
import { claimEmbeddings, encodeBatched } from './encode-embeddings.ts';
import { encodeWaiting, hasRoom } from './encode-waiting.ts';
import type { EncoderMaterial } from './encoder-material.ts';
import { evaluate } from './evaluate.ts';
import { closeRound, type RoundMessage } from './round-closing.ts';
import { onlyClaim } from './waiting-groups.ts';

/**
 * The encoder's message handlers. The consumers of both queues may call them at the same time. The calls are
 * executed one after the other, because they share one engine and its activations. Completeness of a round is
 * checked once per batch, not once per gradient: after the batch with the last gradient of a round, all
 * answers are stored.
 */
export function createEncoderFunction(material: EncoderMaterial): BatchWork {
  const turns = new Turns();
  return {
    verify: async (message, received) => verifyMessage(await material.record(message.run), message, received),
    gaveUp: (message, error) => endRunWithout(material.store, message, error),
    hasRoom: (messages) => hasRoom(material, messages),
    handleBatched: (messages) => turns.take(() => handleBatched(material, messages)),
    handle: (message) => turns.take(() => handle(material, message)),
    finish: (messages) => turns.take(() => closeCompleteRounds(material, messages)),
  };
}

async function handleBatched(
  material: EncoderMaterial,
  messages: readonly Message[],
): Promise<ReadonlySet<Message>> {
  const embeddings = messages.filter((message) => message.kind === 'encoder.embeddings');
  const gradients = messages.filter((message) => message.kind === 'encoder.gradients');
  return new Set([
    ...(await encodeWaiting(material, embeddings)),
    ...(await backPropagateWaiting(material, gradients)),
  ]);
}

async function handle(material: EncoderMaterial, message: Message): Promise<void> {
  switch (message.kind) {
    case 'encoder.embeddings': {
      return endingRunOnFault(material, message, async () => {
        const claimed = onlyClaim(await claimEmbeddings(material, [message]));
        if (claimed !== undefined) await encodeBatched(material, [claimed]);
      });
    }
    case 'encoder.gradients': {
      return endingRunOnFault(material, message, async () => {
        const claimed = onlyClaim(await claimGradients(material, [message]));
        if (claimed !== undefined) await backPropagateBatched(material, [claimed]);
      });
    }
    case 'encoder.close-round':
      if (await isCurrent(material.ports.objects, message)) await closing(material, message, true);
      return;
    case 'evaluate':
      return endingRunOnFault(material, message, () => evaluate(material, message));
    default:
      throw new ProtocolError(`is of kind ${message.kind}, which is not for the encoder.`, {
        subject: 'message',
      });
  }
}

/** Closes each round that the gradients among these messages have completed. */
async function closeCompleteRounds(material: EncoderMaterial, messages: readonly Message[]): Promise<void> {
  const rounds = new Map<string, RoundMessage>();
  for (const message of messages) {
    if (message.kind === 'encoder.gradients') rounds.set(`${message.run}/${message.round}`, message);
  }
  for (const message of rounds.values()) {
    const { telemetry } = material.ports;
    await telemetry.within(traceOf(message), () => closing(material, message, false));
  }
}

function closing(material: EncoderMaterial, message: RoundMessage, timeIsUp: boolean): Promise<void> {
  return endingRunOnFault(material, message, () => closeRound(material, message, timeIsUp));
}
