import { endingDivergedRun } from '#functions/exchange/divergence.ts';
import { endRunWithout } from '#functions/exchange/end-run.ts';
import { isCurrent } from '#functions/exchange/run-material.ts';
import { verifyMessage } from '#functions/exchange/verify-message.ts';
import type { BatchWork } from '#functions/runtime/batch-handler.ts';
import { ProtocolError } from '#shared/errors.ts';
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
 * The encoder's message handlers. Whether a round is complete is checked once per batch, not once per gradient: the
 * batch that holds a round's last gradient finds all other answers stored.
 */
export function createEncoderFunction(material: EncoderMaterial): BatchWork {
  return {
    verify: async (message, received) => verifyMessage(await material.record(message.run), message, received),
    gaveUp: (message, error) => endRunWithout(material.store, message, error),
    hasRoom: (messages) => hasRoom(material, messages),
    async handleBatched(messages) {
      const embeddings = messages.filter((message) => message.kind === 'encoder.embeddings');
      const gradients = messages.filter((message) => message.kind === 'encoder.gradients');
      return new Set([
        ...(await encodeWaiting(material, embeddings)),
        ...(await backPropagateWaiting(material, gradients)),
      ]);
    },
    async handle(message) {
      switch (message.kind) {
        case 'encoder.embeddings': {
          return endingDivergedRun(material, message, async () => {
            const claimed = onlyClaim(await claimEmbeddings(material, [message]));
            if (claimed !== undefined) await encodeBatched(material, [claimed]);
          });
        }
        case 'encoder.gradients': {
          return endingDivergedRun(material, message, async () => {
            const claimed = onlyClaim(await claimGradients(material, [message]));
            if (claimed !== undefined) await backPropagateBatched(material, [claimed]);
          });
        }
        case 'encoder.close-round':
          return endingDivergedRun(material, message, async () => {
            if (await isCurrent(material.ports.objects, message)) await closeRound(material, message, true);
          });
        case 'evaluate':
          return endingDivergedRun(material, message, () => evaluate(material, message));
        default:
          throw new ProtocolError(`is of kind ${message.kind}, which is not for the encoder.`, {
            subject: 'message',
          });
      }
    },
    async finish(messages) {
      const rounds = new Map<string, RoundMessage>();
      for (const message of messages) {
        if (message.kind === 'encoder.gradients') rounds.set(`${message.run}/${message.round}`, message);
      }
      for (const message of rounds.values()) {
        const { telemetry } = material.ports;
        await telemetry.within(traceOf(message), () =>
          endingDivergedRun(material, message, () => closeRound(material, message, false)),
        );
      }
    },
  };
}
