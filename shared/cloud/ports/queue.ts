/** A message on its way into a queue. */
export interface OutgoingMessage {
  readonly body: string;
  /** Not to be seen by a receiver before this time (milliseconds since the epoch of the queue's clock). */
  readonly deliverAtMs: number;
}

/** A message in a receiver's hands, invisible to others until its visibility timeout passes. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** Names this one receipt of the message; needed to delete it or to change its visibility. */
  readonly receipt: string;
  /** How often the message has been received, this time included. */
  readonly receiveCount: number;
  readonly sentAtMs: number;
}

export interface ReceiveOptions {
  /** 1 to 10. */
  readonly maxMessages: number;
  /** Long polling: wait this long for a first message, 0 to 20 s. */
  readonly waitSeconds: number;
  /** How long the received messages stay hidden from other receivers, 0 to 43,200 s. */
  readonly visibilitySeconds: number;
  readonly signal?: AbortSignal;
}

/**
 * A message queue with the guarantees of a standard SQS queue and no more: at least once, in any order.
 * An adapter takes any number of messages or receipts and does its own batching.
 */
export interface MessageQueue {
  readonly name: string;
  /** Resolves when every message is stored. Throws a ServiceError when any is not; sending again is safe. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /** What is visible now, or becomes so while it waits; nothing when the time is up or the signal aborts. */
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  /** Deleting a message twice, or after its visibility timeout, is no error. */
  delete(receipts: readonly string[]): Promise<void>;
  /** Hides the messages for this long from now; 0 puts them back at once. */
  changeVisibility(receipts: readonly string[], visibilitySeconds: number): Promise<void>;
}
