import FlatQueue from 'flatqueue';

/** A queue's message with the state that decides who may see it and when. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAtMs: number;
  receiveCount: number;
  /** Receivers see the message from this time on. */
  visibleAtMs: number;
  /** Which scheduling of the message is the current one; earlier places in the schedule are stale. */
  scheduling: number;
  deleted: boolean;
}

interface Place {
  readonly message: StoredMessage;
  readonly scheduling: number;
}

interface Slot {
  readonly line: Place[];
  next: number;
}

/**
 * Messages by the time they become visible, and among equal times by the order in which they were scheduled: a heap of
 * distinct times, each with its messages in line. A message that was deleted or scheduled anew leaves a stale place
 * behind, which is skipped.
 */
export class VisibilitySchedule {
  readonly #times = new FlatQueue<number>();
  readonly #slots = new Map<number, Slot>();

  schedule(message: StoredMessage, visibleAtMs: number): void {
    message.visibleAtMs = visibleAtMs;
    message.scheduling += 1;
    const place = { message, scheduling: message.scheduling };
    const slot = this.#slots.get(visibleAtMs);
    if (slot !== undefined) {
      slot.line.push(place);
      return;
    }
    this.#slots.set(visibleAtMs, { line: [place], next: 0 });
    this.#times.push(visibleAtMs, visibleAtMs);
  }

  /** The first visible message, removed from the schedule; undefined when none is visible yet. */
  takeVisible(nowMs: number): StoredMessage | undefined {
    const slot = this.#firstSlot();
    if (slot === undefined) return undefined;
    const place = slot.line[slot.next];
    if (place === undefined || place.message.visibleAtMs > nowMs) return undefined;
    slot.next += 1;
    return place.message;
  }

  /** When the first message becomes (or became) visible; undefined when there is none. */
  nextVisibleAtMs(): number | undefined {
    const slot = this.#firstSlot();
    return slot?.line[slot.next]?.message.visibleAtMs;
  }

  /** The earliest slot, its next place current; drops stale places and emptied slots on the way. */
  #firstSlot(): Slot | undefined {
    for (;;) {
      const time = this.#times.peek();
      const slot = time === undefined ? undefined : this.#slots.get(time);
      if (time === undefined || slot === undefined) return undefined;
      while (isStale(slot.line[slot.next])) slot.next += 1;
      if (slot.next < slot.line.length) return slot;
      this.#times.pop();
      this.#slots.delete(time);
    }
  }
}

function isStale(place: Place | undefined): boolean {
  if (place === undefined) return false;
  return place.message.deleted || place.message.scheduling !== place.scheduling;
}
