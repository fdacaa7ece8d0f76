/** A message to be sent. */
export interface OutgoingMessage {
  readonly body: string;
  /**
   * Earliest time at which a consumer may receive the message (milliseconds since the epoch of the queue's
   * clock).
   */
  readonly deliverAtMs: number;
}

/** A received message, hidden from other consumers until its visibility timeout passes. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  /** Handle of this receive of the message; needed to delete it or to change its visibility. */
  readonly receipt: string;
  /** How often the message has been received, this receive included. */
  readonly receiveCount: number;
  readonly sentAtMs: number;
}

/** Options of one receive. */
export interface ReceiveOptions {
  /** Maximum number of messages, 1 to 10. */
  readonly maxMessages: number;
  /** Long polling: the time to wait for a first message, 0 to 20 s. */
  readonly waitSeconds: number;
  /** Time for which the received messages stay hidden from other consumers, 0 to 43,200 s. */
  readonly visibilitySeconds: number;
  readonly signal?: AbortSignal;
}

/**
 * A message queue with only the guarantees of a standard SQS queue: delivery at least once, in any order.
 * Methods accept any number of messages or receipts; the adapter divides them into batches.
 */
export interface MessageQueue {
  readonly name: string;
  /**
   * Resolves when every message is stored. Throws a ServiceError when a message is not; sending again is
   * safe.
   */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * Receives messages that are visible now or become visible while it waits; none when the time is up or the
   * signal aborts.
   */
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  /** Deletes messages. Deleting a message twice, or after its visibility timeout, is not an error. */
  delete(receipts: readonly string[]): Promise<void>;
  /** Hides the messages for this time from now; 0 makes them visible at once. */
  changeVisibility(receipts: readonly string[], visibilitySeconds: number): Promise<void>;
}
