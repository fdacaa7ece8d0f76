import { endRunWithout } from '#functions/exchange/end-run.ts';
import type { CloudPorts } from '#functions/runtime/environment.ts';
import { type ListedDeadLetter, withDeadLetters } from '#run/deployment/dead-letters.ts';
import type { CarriedRun } from '#run/hosts/run-host.ts';
import { AirtuneError, ProtocolError } from '#shared/errors.ts';
import { QUEUE_NAMES, QUEUES } from '#shared/protocol/functions.ts';
import { type Message, parseMessage } from '#shared/protocol/message.ts';
import { requireSeal } from '#shared/protocol/message-seal.ts';
import { RunStore } from '#shared/protocol/run-store.ts';

/** Time between two looks at the dead-letter queues. [ms] */
const INTERVAL_MS = 15_000;
const ESSENTIAL_QUEUES = QUEUE_NAMES.filter((queue) => QUEUES[queue].essential);

/**
 * Looks for messages that a run cannot go on without in the dead-letter queues. A function that gives up a
 * message stores the failure of the run itself. It cannot when it crashes or runs out of time on each
 * receive: then SQS moves the message, and no other record shows that the run is over.
 */
export class LostMessages {
  readonly #ports: Pick<CloudPorts, 'deadLetters' | 'clock' | 'objects'>;
  readonly #run: Pick<CarriedRun, 'record' | 'follower' | 'epoch'>;
  #nextMs: number;

  constructor(
    ports: Pick<CloudPorts, 'deadLetters' | 'clock' | 'objects'>,
    run: Pick<CarriedRun, 'record' | 'follower' | 'epoch'>,
  ) {
    this.#ports = ports;
    this.#run = run;
    this.#nextMs = ports.clock.monotonicMs() + INTERVAL_MS;
  }

  /**
   * Stores the failure of the run's epoch if an essential message of it is lost. Does nothing until 15 s
   * after the last look.
   *
   * @throws ServiceError if the queues do not answer.
   */
  async check(): Promise<void> {
    if (this.#ports.clock.monotonicMs() < this.#nextMs) return;
    const lost: { readonly message: Message; readonly letter: ListedDeadLetter }[] = [];
    const { record } = this.#run;
    await withDeadLetters(
      this.#ports,
      record.run,
      (letters) => {
        for (const letter of letters) {
          const message = this.#essential(letter);
          if (message !== undefined) lost.push({ message, letter });
        }
      },
      ESSENTIAL_QUEUES,
    );
    this.#nextMs = this.#ports.clock.monotonicMs() + INTERVAL_MS;
    const [first] = lost;
    if (first === undefined) return;
    const error = new ProtocolError(first.letter.reason, {
      remedy: 'See the log of its function, which ended or ran out of time at each receive.',
    });
    await endRunWithout(new RunStore(this.#ports.objects), first.message, error);
  }

  /** The message of a letter if a function of this epoch made it, and the run still waits for its effect. */
  #essential({ body }: ListedDeadLetter): Message | undefined {
    const { record, follower, epoch } = this.#run;
    try {
      const message = parseMessage(body);
      requireSeal(record, body);
      const isOver =
        message.kind === 'evaluate'
          ? follower.evaluations.some(({ rounds }) => rounds === message.round)
          : message.round < follower.commits.length;
      return message.epoch === epoch && !isOver ? message : undefined;
    } catch (error) {
      // A forged message does not end a run.
      if (error instanceof AirtuneError) return undefined;
      throw error;
    }
  }
}
