import type { ObjectSizes } from './object-sizes.ts';
import { ABSENT, get, type HandlerRequests, list, put, type RequestWave, waves } from './request-waves.ts';

/** Objects that a process does not have in its cache and must read. */
export interface Unread {
  /** The run record. */
  readonly record: boolean;
  /** The model part that the function runs. */
  readonly model: boolean;
}

/** Before the first message of a run: reads the run record, with which messages are verified. */
export function recordRequests(sizes: ObjectSizes): readonly RequestWave[] {
  return waves([get(sizes.record)]);
}

/** `device.scheduled`: reads the shard and the device part, stores the embeddings. */
export function scheduledRequests(
  sizes: ObjectSizes,
  unread: Unread & { readonly shard: number },
): HandlerRequests {
  return {
    before: waves(
      [unread.record && get(sizes.record)],
      [get(sizes.shard, unread.shard), unread.model && get(sizes.deviceModel)],
    ),
    after: waves([put(sizes.embeddings)]),
  };
}

/**
 * `device.features`: reads features, shard and head (of a language model also the device part), stores the
 * head and the feature gradient.
 */
export function featuresRequests(
  sizes: ObjectSizes,
  unread: Unread & { readonly shard: number; readonly head: boolean },
): HandlerRequests {
  return {
    before: waves(
      [unread.record && get(sizes.record)],
      [
        sizes.storesFeatures && get(sizes.features),
        get(sizes.shard, unread.shard),
        unread.head && get(sizes.head),
        unread.model && sizes.headReadsModel && get(sizes.deviceModel),
      ],
    ),
    after: waves([put(sizes.head), sizes.storesGradients && put(sizes.gradients)]),
  };
}

/**
 * `encoder.embeddings` of a group of devices: reads embeddings and the round's LoRA, stores the features.
 *
 * `fresh` is the number of devices whose features are not in memory yet; `replies` is the number of devices
 * that are sent features.
 */
export function embeddingsRequests(
  sizes: ObjectSizes,
  { fresh, replies }: { readonly fresh: number; readonly replies: number },
  unread: Unread & { readonly checkpoint: boolean },
): HandlerRequests {
  return {
    before: waves(
      [unread.record && get(sizes.record)],
      // The closing, which does not exist yet, concurrently with the inputs of the forward pass.
      [
        ABSENT,
        get(sizes.embeddings, fresh),
        unread.model && get(sizes.encoderModel),
        unread.checkpoint && get(sizes.checkpoint),
      ],
    ),
    after: sizes.storesFeatures ? waves([put(sizes.features, replies)]) : [],
  };
}

/** `encoder.gradients` of a group of devices with activations in memory: reads gradients, stores answers. */
export function gradientsRequests(sizes: ObjectSizes, devices: number): HandlerRequests {
  return {
    before: waves([ABSENT, sizes.storesGradients && get(sizes.gradients, devices)]),
    after: waves([put(sizes.answer, devices)]),
  };
}

/**
 * `encoder.gradients` of one device whose activations are not in memory: the forward pass is computed again.
 */
export function lostPassRequests(
  sizes: ObjectSizes,
  unread: Unread & { readonly checkpoint: boolean },
): HandlerRequests {
  return {
    before: waves(
      [unread.record && get(sizes.record)],
      // Closing and answer, which do not exist yet, concurrently with the inputs of the two passes.
      [
        get(0, 2),
        sizes.storesGradients && get(sizes.gradients),
        get(sizes.embeddings),
        unread.model && get(sizes.encoderModel),
        unread.checkpoint && get(sizes.checkpoint),
      ],
    ),
    after: waves([put(sizes.answer)]),
  };
}

/** A feature gradient whose answer is stored already. */
export function answeredRequests(sizes: ObjectSizes): readonly RequestWave[] {
  return waves([
    ABSENT,
    get(sizes.answer),
    sizes.storesGradients && get(sizes.gradients),
    get(sizes.embeddings),
  ]);
}

/** The encoder checks whether a round is committed or closed. */
export const ROUND_STATE_REQUESTS: readonly RequestWave[] = waves([get(0, 2)]);

/** `encoder.close-round` checks whether the run has failed before it closes the round. */
export const FAILURE_REQUESTS: readonly RequestWave[] = waves([ABSENT]);

/** `encoder.close-round` first reads the run's control object, which tells whether the run continues. */
export function controlRequests(sizes: ObjectSizes): readonly RequestWave[] {
  return waves([get(sizes.control)]);
}

/**
 * The encoder reads the missing answer of one device.
 *
 * @param found whether the answer exists by now
 */
export function missingAnswerRequests(sizes: ObjectSizes, found: boolean): readonly RequestWave[] {
  return waves([found ? get(sizes.answer) : ABSENT]);
}

/**
 * The encoder counts the answers of a round by listing them.
 *
 * @param answered number of answers
 * @param unread `planDevices`: the devices of the plan, if the plan must be read first
 */
export function answersListed(
  sizes: ObjectSizes,
  answered: number,
  unread: { readonly planDevices: number | undefined },
): readonly RequestWave[] {
  const { planDevices } = unread;
  return waves([planDevices !== undefined && get(sizes.plan(planDevices)), list(answered)]);
}

/**
 * Closing a round: stores the decision, reads all answers, then stores the new checkpoint and the record of
 * the answers.
 */
export function closingRequests(
  sizes: ObjectSizes,
  answered: number,
  unread: Pick<Unread, 'record'> & { readonly checkpoint: boolean },
): HandlerRequests & { readonly decision: readonly RequestWave[] } {
  return {
    decision: waves([put(sizes.closing(answered))]),
    before: waves(
      [unread.record && get(sizes.record)],
      [unread.checkpoint && get(sizes.checkpoint)],
      [get(sizes.answer, answered)],
    ),
    after: waves([put(sizes.checkpoint)], [put(sizes.answered(answered))]),
  };
}

/** `round.start`: reads the state of the run and stores the plan. */
export function startRequests(
  sizes: ObjectSizes,
  round: number,
  planned: number,
  unread: Pick<Unread, 'record'>,
): HandlerRequests {
  return {
    before: waves(
      [unread.record && get(sizes.record)],
      // The commit and the plan of the round do not exist yet.
      [get(sizes.control), ABSENT],
      [ABSENT, round > 0 && get(sizes.commit(planned, planned))],
    ),
    after: waves([put(sizes.plan(planned))]),
  };
}

/** `round.start` of a round that is planned already. */
export function startAgainRequests(sizes: ObjectSizes, planned: number): readonly RequestWave[] {
  return waves(
    [get(sizes.control), ABSENT],
    [get(sizes.plan(planned)), get(sizes.commit(planned, planned))],
    [ABSENT],
  );
}

/** `round.closed`: reads the round's plan, closing and answers, and stores the commit. */
export function commitRequests(
  sizes: ObjectSizes,
  round: number,
  planned: number,
  answered: number,
): readonly RequestWave[] {
  return waves(
    [ABSENT],
    [
      get(sizes.plan(planned)),
      get(sizes.closing(answered)),
      get(sizes.answered(answered)),
      round > 0 && get(sizes.commit(planned, answered)),
    ],
    [put(sizes.commit(planned, answered))],
    [get(sizes.control)],
  );
}
