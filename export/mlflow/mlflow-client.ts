import * as z from 'zod';
import { ServiceError } from '#shared/errors.ts';

/** How to reach a tracking server. */
export interface MlflowAddress {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  /** Value of the header Authorization; undefined without one. */
  readonly authorization: string | undefined;
}

/** A request that takes longer has failed. */
const TIMEOUT_MS = 60_000;

const errorBody = z.object({ error_code: z.string().optional(), message: z.string().optional() });

/** Sends requests to MLflow's tracking server. https://mlflow.org/docs/latest/api_reference/rest-api.html */
export class MlflowClient {
  readonly #address: MlflowAddress;

  constructor(address: MlflowAddress) {
    this.#address = address;
  }

  get url(): string {
    return this.#address.url;
  }

  /** @throws ServiceError with the message of the server */
  async post<Answer>(path: string, body: unknown, answer: z.ZodType<Answer>): Promise<Answer> {
    const response = await this.#request(`/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return this.#answer(response, answer);
  }

  /** The answer; undefined where the server knows no such thing. */
  async find<Answer>(path: string, answer: z.ZodType<Answer>): Promise<Answer | undefined> {
    const response = await this.#request(`/api/2.0/mlflow/${path}`, { method: 'GET' }, true);
    return response.status === 404 ? undefined : this.#answer(response, answer);
  }

  /** Stores a file of a run, where the server keeps the files itself. */
  async putFile(path: string, content: Uint8Array): Promise<void> {
    await this.#request(`/api/2.0/mlflow-artifacts/artifacts/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(content),
    });
  }

  async #request(path: string, init: RequestInit, mayBeMissing = false): Promise<Response> {
    const { url, authorization } = this.#address;
    const headers = new Headers(init.headers);
    if (authorization !== undefined) headers.set('authorization', authorization);
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (cause) {
      throw this.#failed('does not answer.', cause);
    }
    if (response.ok || (mayBeMissing && response.status === 404)) return response;
    const text = await response.text().catch(() => '');
    throw this.#failed(`refused ${path.slice(1)} (${response.status}): ${reasonOf(text)}.`, undefined);
  }

  async #answer<Answer>(response: Response, answer: z.ZodType<Answer>): Promise<Answer> {
    const parsed = answer.safeParse(await response.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    throw this.#failed('does not answer as a tracking server of MLflow.', parsed.error);
  }

  #failed(message: string, cause: unknown): ServiceError {
    return new ServiceError(message, {
      subject: `MLflow at ${this.url}`,
      remedy: 'Name the tracking server with --mlflow or MLFLOW_TRACKING_URI, as in http://127.0.0.1:5000.',
      cause,
    });
  }
}

/** The error message of the server, on one line. */
function reasonOf(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { message, error_code: code } = errorBody.safeParse(value).data ?? {};
  return (message ?? code ?? (text || 'no reason given')).split('\n')[0].slice(0, 200).replace(/\.$/, '');
}
