import * as z from 'zod';
import type { HttpAddress } from '#export/http-address.ts';
import type { MetricsRequest, TracesRequest } from './otlp-json.ts';

/** Where and how to send. */
export interface OtlpTarget {
  readonly traces: HttpAddress;
  readonly metrics: HttpAddress;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

type OtlpRequest =
  | { readonly signal: 'traces'; readonly body: TracesRequest }
  | { readonly signal: 'metrics'; readonly body: MetricsRequest };

/** Most requests that wait for a collector. When there are more, the oldest is dropped. */
const MOST_WAITING = 256;

/** Longest part of a collector's own words that is shown. */
const LONGEST_REASON = 200;

/** Status codes after which the protocol requires a retry. */
const TRY_AGAIN = [429, 502, 503, 504];

const answerSchema = z.object({
  partialSuccess: z
    .object({
      rejectedSpans: z.coerce.number().optional(),
      rejectedDataPoints: z.coerce.number().optional(),
      errorMessage: z.string().optional(),
    })
    .optional(),
});

/**
 * Sends requests to a collector in order, in the background. Data that cannot be sent waits for the next
 * request. The first failure is reported, later ones are not.
 */
export class OtlpSender {
  readonly #target: OtlpTarget;
  readonly #onFailure: (reason: string) => void;
  readonly #waiting: OtlpRequest[] = [];
  #sending: Promise<void> | undefined;
  #reported = false;

  /** @param onFailure Told of the first failure: the address and the reason. */
  constructor(target: OtlpTarget, onFailure: (reason: string) => void) {
    this.#target = target;
    this.#onFailure = onFailure;
  }

  /** Sends a request when those before it are sent. Returns at once. */
  send(request: OtlpRequest): void {
    this.#waiting.push(request);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#sending ??= this.#sendWaiting().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Waits until everything is sent, or one more try has failed. */
  async flush(): Promise<void> {
    await this.#sending;
    await this.#sendWaiting();
  }

  /** Sends waiting requests until none is left or one fails with an error that a later try may mend. */
  async #sendWaiting(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if ((await this.#post(next)) === 'unreachable') return;
      // A full queue may have dropped it meanwhile.
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
  }

  async #post({ signal, body }: OtlpRequest): Promise<'done' | 'unreachable'> {
    const { headers, timeoutMs } = this.#target;
    const { url, authorization } = this.#target[signal];
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
          ...headers,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (response.ok) {
        this.#reportRejected(url, text);
        return 'done';
      }
      this.#report(`${url} answers ${response.status}`);
      return TRY_AGAIN.includes(response.status) ? 'unreachable' : 'done';
    } catch {
      this.#report(`${url} does not answer`);
      return 'unreachable';
    }
  }

  #reportRejected(url: string, text: string): void {
    if (text === '') return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    const {
      rejectedSpans = 0,
      rejectedDataPoints = 0,
      errorMessage,
    } = answerSchema.safeParse(value).data?.partialSuccess ?? {};
    if (rejectedSpans + rejectedDataPoints > 0) {
      this.#report(
        `${url} rejects some of it${errorMessage ? ` (${errorMessage.slice(0, LONGEST_REASON)})` : ''}`,
      );
    }
  }

  #report(reason: string): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#onFailure(reason);
  }
}
