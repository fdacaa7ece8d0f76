import type { ObjectSizes } from './object-sizes.ts';

/** Requests to the object store of one kind and size. */
export interface ObjectRequests {
  readonly method: 'get' | 'put' | 'list';
  /** How many; a fraction is the chance that one is needed. A list counts a request for each page. */
  readonly count: number;
  /** Bytes of each object; 0 for a list. */
  readonly bytes: number;
}

/** Requests that are made at the same time, as many of each kind in flight as the sender allows. */
export type RequestWave = readonly ObjectRequests[];

/** The requests to the object store that handling messages takes: waves one after the other, around the computation. */
export interface HandlerRequests {
  readonly before: readonly RequestWave[];
  readonly after: readonly RequestWave[];
}

/** Keys of one page of a listing ("Amazon S3 API Reference": ListObjectsV2). */
const KEYS_PER_PAGE = 1000;

/** Requests of listing this many keys. An empty listing is a page too. */
export function listRequests(keys: number): number {
  return Math.max(1, Math.ceil(keys / KEYS_PER_PAGE));
}

const get = (bytes: number, count = 1): ObjectRequests => ({ method: 'get', count, bytes });
const put = (bytes: number, count = 1): ObjectRequests => ({ method: 'put', count, bytes });
const list = (keys: number): ObjectRequests => ({ method: 'list', count: listRequests(keys), bytes: 0 });

/** An object that is not there: the request is made, and brings nothing. */
const ABSENT = get(0);

function waves(...all: readonly (readonly (ObjectRequests | false)[])[]): readonly RequestWave[] {
  return all
    .map((wave) => wave.filter((requests) => requests !== false && requests.count > 0))
    .filter((wave): wave is ObjectRequests[] => wave.length > 0);
}

/** What a process still has to read because it does not keep it yet. */
export interface Unread {
  /** The run record. */
  readonly record: boolean;
  /** The part of the model that the function runs. */
  readonly model: boolean;
}

/** `device.scheduled`: reads the shard, embeds, stores the embeddings. */
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

/** `device.features`: reads features, shard and head, stores the head and the gradient. */
export function featuresRequests(
  sizes: ObjectSizes,
  unread: Pick<Unread, 'record'> & { readonly shard: number; readonly head: boolean },
): HandlerRequests {
  return {
    before: waves(
      [unread.record && get(sizes.record)],
      [
        sizes.storesFeatures && get(sizes.features),
        get(sizes.shard, unread.shard),
        unread.head && get(sizes.head),
      ],
    ),
    after: waves([put(sizes.head), sizes.storesGradients && put(sizes.gradients)]),
  };
}

/**
 * `encoder.embeddings`, a group of devices: reads embeddings and this round's LoRA, stores the features.
 *
 * `fresh` Devices whose features are not at hand yet; `replies`: all that are sent features.
 */
export function embeddingsRequests(
  sizes: ObjectSizes,
  { fresh, replies }: { readonly fresh: number; readonly replies: number },
  unread: Unread & { readonly checkpoint: boolean },
): HandlerRequests {
  return {
    before: waves(
      [unread.record && get(sizes.record)],
      // The closing, which is not there yet, beside all that the forward pass needs.
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

/** `encoder.gradients`, a group of devices whose activations are at hand: reads gradients, stores LoRA gradients. */
export function gradientsRequests(sizes: ObjectSizes, devices: number): HandlerRequests {
  return {
    before: waves([ABSENT, sizes.storesGradients && get(sizes.gradients, devices)]),
    after: waves([put(sizes.answer, devices)]),
  };
}

/** `encoder.gradients` of one device whose activations are not at hand: the forward pass is computed again. */
export function lostPassRequests(
  sizes: ObjectSizes,
  unread: Unread & { readonly checkpoint: boolean },
): HandlerRequests {
  return {
    before: waves(
      [unread.record && get(sizes.record)],
      // Closing and answer, neither of which is there, beside what the two passes need.
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

/** A gradient whose answer is stored already. */
export function answeredRequests(sizes: ObjectSizes): readonly RequestWave[] {
  return waves([
    ABSENT,
    get(sizes.answer),
    sizes.storesGradients && get(sizes.gradients),
    get(sizes.embeddings),
  ]);
}

/** The encoder looks whether a round is committed or closed. */
export const ROUND_STATE_REQUESTS: readonly RequestWave[] = waves([get(0, 2)]);

/** `encoder.close-round` asks first whether the run goes on. */
export function controlRequests(sizes: ObjectSizes): readonly RequestWave[] {
  return waves([get(sizes.control)]);
}

/** The encoder asks for the answer of one device that it knows to be missing, and finds it or not. */
export function missingAnswerRequests(sizes: ObjectSizes, found: boolean): readonly RequestWave[] {
  return waves([found ? get(sizes.answer) : ABSENT]);
}

/** The encoder counts the answers of a round. */
export function answersListed(
  sizes: ObjectSizes,
  answered: number,
  unread: { readonly planDevices: number | undefined },
): readonly RequestWave[] {
  const { planDevices } = unread;
  return waves([planDevices !== undefined && get(sizes.plan(planDevices)), list(answered)]);
}

/** Closing a round: the decision, then all answers, then the new checkpoint. */
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
    after: waves([put(sizes.checkpoint)]),
  };
}

/** `round.start`: reads the state of the run, plans, stores the plan. */
export function startRequests(
  sizes: ObjectSizes,
  round: number,
  planned: number,
  unread: Pick<Unread, 'record'>,
): HandlerRequests {
  return {
    before: waves(
      // The commit and the plan of the round are not there yet.
      [get(sizes.control), ABSENT, unread.record && get(sizes.record)],
      [ABSENT, round > 0 && get(sizes.commit(planned, planned))],
    ),
    after: waves([put(sizes.plan(planned))]),
  };
}

/** `round.start` of a round that was planned before. */
export function startAgainRequests(sizes: ObjectSizes, planned: number): readonly RequestWave[] {
  return waves(
    [get(sizes.control), ABSENT],
    [get(sizes.plan(planned)), get(sizes.commit(planned, planned))],
    [ABSENT],
  );
}

/** `round.closed`: reads what the round decided, stores the commit. */
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
      round > 0 && get(sizes.commit(planned, answered)),
    ],
    [put(sizes.commit(planned, answered))],
    [get(sizes.control)],
  );
}
