import {
  embeddingsRequests,
  gradientsRequests,
  lostPassRequests,
  missingAnswerRequests,
  type Unread,
} from '#shared/workload/object-requests.ts';
import type { ObjectSizes } from '#shared/workload/object-sizes.ts';
import type { HandlerRequests, RequestWave } from '#shared/workload/request-waves.ts';

/** Objects that a replica must read for a forward pass. */
export type UnreadForForward = Unread & { readonly checkpoint: boolean };

/** For a replica that has read everything before, which is so in most of its batches. */
export const NOTHING_UNREAD: UnreadForForward = { record: false, model: false, checkpoint: false };

/**
 * The object requests of the encoder's handler. The lists for a batch of one device with nothing unread are
 * made once and reused: while many replicas are idle, most batches have one device, and a large round has
 * millions of them.
 */
export class EncoderRequests {
  readonly #sizes: ObjectSizes;
  /** By whether the device's features have to be computed. */
  readonly #forwardOfOne: readonly [HandlerRequests, HandlerRequests];
  readonly #backwardOfOne: HandlerRequests;
  readonly #lostPass: HandlerRequests;
  readonly #absentAnswer: readonly RequestWave[];
  readonly #foundAnswer: readonly RequestWave[];

  constructor(sizes: ObjectSizes) {
    this.#sizes = sizes;
    const forwardOfOne = (fresh: number) => embeddingsRequests(sizes, { fresh, replies: 1 }, NOTHING_UNREAD);
    this.#forwardOfOne = [forwardOfOne(0), forwardOfOne(1)];
    this.#backwardOfOne = gradientsRequests(sizes, 1);
    this.#lostPass = lostPassRequests(sizes, NOTHING_UNREAD);
    this.#absentAnswer = missingAnswerRequests(sizes, false);
    this.#foundAnswer = missingAnswerRequests(sizes, true);
  }

  /** As {@link embeddingsRequests}. */
  forward(fresh: number, replies: number, unread: UnreadForForward): HandlerRequests {
    return replies === 1 && unread === NOTHING_UNREAD
      ? this.#forwardOfOne[fresh === 0 ? 0 : 1]
      : embeddingsRequests(this.#sizes, { fresh, replies }, unread);
  }

  /** As {@link gradientsRequests}. */
  backward(devices: number): HandlerRequests {
    return devices === 1 ? this.#backwardOfOne : gradientsRequests(this.#sizes, devices);
  }

  /** As {@link lostPassRequests}. */
  lostPass(unread: UnreadForForward): HandlerRequests {
    return unread === NOTHING_UNREAD ? this.#lostPass : lostPassRequests(this.#sizes, unread);
  }

  /** As {@link missingAnswerRequests}. */
  missingAnswer(found: boolean): readonly RequestWave[] {
    return found ? this.#foundAnswer : this.#absentAnswer;
  }
}
