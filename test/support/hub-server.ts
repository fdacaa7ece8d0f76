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

/**
 * Starts a hub with one model, `tiny/model`, or one data set, `tiny/data`. It implements the requests of the
 * official client. Files over 1000 bytes are served as large files, by SHA-256; others by Git's hash.
 */
export async function startHubServer(
  files: Readonly<Record<string, string | Uint8Array>>,
  faults: Readonly<Record<string, HubFault>> = {},
  kind: 'model' | 'dataset' = 'model',
): Promise<HubServer> {
  const name = kind === 'model' ? 'tiny/model' : 'tiny/data';
  const api = `/api/${kind}s/${name}`;
  const resolve = kind === 'model' ? `/${name}/resolve/` : `/datasets/${name}/resolve/`;
  const contents = new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)]));
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    requests.push(pathname);
    const file = pathname.startsWith(resolve)
      ? decodeURIComponent(pathname.slice(resolve.length).replace(/^[^/]+\//, ''))
      : undefined;
    if (pathname.startsWith(`${api}/revision/`) && /\/(main|[0-9a-f]{40})$/.test(pathname)) {
      sendJson(response, { _id: '1', id: name, sha: COMMIT, lastModified: '2026-01-01T00:00:00Z' });
    } else if (pathname === `${api}/tree/${COMMIT}`) {
      sendJson(
        response,
        [...contents].map(([path, bytes]) => treeEntry(path, bytes)),
      );
    } else if (file !== undefined && contents.has(file)) {
      sendFile(response, contents.get(file) ?? Buffer.alloc(0), request.headers.range, faults[file]);
    } else {
      response.writeHead(pathname.startsWith('/api/models/private') ? 401 : 404, {
        'X-Error-Code': 'RepoNotFound',
      });
      response.end('no such thing');
    }
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
