import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';

export interface HubServer {
  readonly url: string;
  /** The commit that `main` stands for. */
  readonly commit: string;
  /** Requested paths, in order. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** A fault of the server with one of its files. */
export type HubFault = 'cut off' | 'shorter' | 'altered';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** A model or a data set on the hub. */
export interface HubRepository {
  readonly kind: 'model' | 'dataset';
  /** `owner/name`. */
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** Starts a hub with one model, `tiny/model`, or one data set, `tiny/data`. */
export function startHubServer(
  files: Readonly<Record<string, string | Uint8Array>>,
  faults: Readonly<Record<string, HubFault>> = {},
  kind: 'model' | 'dataset' = 'model',
): Promise<HubServer> {
  return startHub([{ kind, name: kind === 'model' ? 'tiny/model' : 'tiny/data', files }], faults);
}

/**
 * Starts a hub. It implements the requests of the official client. Files over 1000 bytes are served as large
 * files, by SHA-256; others by Git's hash.
 */
export async function startHub(
  repositories: readonly HubRepository[],
  faults: Readonly<Record<string, HubFault>> = {},
): Promise<HubServer> {
  const requests: string[] = [];
  const stored = repositories.map((repository) => new StoredRepository(repository));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    requests.push(pathname);
    for (const repository of stored) {
      if (repository.answer(pathname, response, request.headers.range, faults)) return;
    }
    response.writeHead(pathname.startsWith('/api/models/private') ? 401 : 404, {
      'X-Error-Code': 'RepoNotFound',
    });
    response.end('no such thing');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    commit: COMMIT,
    requests,
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

class StoredRepository {
  readonly #name: string;
  readonly #api: string;
  readonly #resolve: string;
  readonly #contents: ReadonlyMap<string, Buffer>;

  constructor({ kind, name, files }: HubRepository) {
    this.#name = name;
    this.#api = `/api/${kind}s/${name}`;
    this.#resolve = kind === 'model' ? `/${name}/resolve/` : `/datasets/${name}/resolve/`;
    this.#contents = new Map(Object.entries(files).map(([file, content]) => [file, Buffer.from(content)]));
  }

  /** Answers a request about this repository; returns false for any other request. */
  answer(
    pathname: string,
    response: ServerResponse,
    range: string | undefined,
    faults: Readonly<Record<string, HubFault>>,
  ): boolean {
    if (pathname.startsWith(`${this.#api}/revision/`) && /\/(main|[0-9a-f]{40})$/.test(pathname)) {
      sendJson(response, { _id: '1', id: this.#name, sha: COMMIT, lastModified: '2026-01-01T00:00:00Z' });
      return true;
    }
    if (pathname === `${this.#api}/tree/${COMMIT}`) {
      const entries = [...this.#contents].map(([path, bytes]) => treeEntry(path, bytes));
      sendJson(response, entries);
      return true;
    }
    if (!pathname.startsWith(this.#resolve)) return false;
    const file = decodeURIComponent(pathname.slice(this.#resolve.length).replace(/^[^/]+\//, ''));
    const bytes = this.#contents.get(file);
    if (bytes === undefined) return false;
    sendFile(response, bytes, range, faults[file]);
    return true;
  }
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

function treeEntry(path: string, bytes: Buffer) {
  const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const entry = { type: 'file', path, size: bytes.length, oid };
  if (bytes.length <= 1000) return entry;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...entry, lfs: { oid: sha256, size: bytes.length, pointerSize: 130 } };
}

function sendFile(
  response: ServerResponse,
  bytes: Buffer,
  range: string | undefined,
  fault: HubFault | undefined,
) {
  const etag = `"${bytes.length}"`;
  if (range === 'bytes=0-0') {
    response.writeHead(206, { ETag: etag, 'Content-Range': `bytes 0-0/${bytes.length}` });
    response.end(bytes.subarray(0, 1));
    return;
  }
  const sent =
    fault === 'altered' ? Buffer.from(bytes.map((byte, index) => (index === 9 ? byte ^ 1 : byte))) : bytes;
  switch (fault) {
    case 'cut off':
      response.writeHead(200, { ETag: etag, 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
      return;
    case 'shorter':
      response.writeHead(200, { ETag: etag });
      response.end(bytes.subarray(0, -1));
      return;
    default:
      response.writeHead(200, { ETag: etag, 'Content-Length': sent.length });
      response.end(sent);
  }
}
