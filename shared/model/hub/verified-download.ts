import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ModelError } from '#shared/errors.ts';

/** A hub's description of a file before the download. */
export interface ExpectedFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the content; hubs give it for large files. */
  readonly sha256: string | undefined;
  /** Git's hash of the file, `sha1("blob <bytes>\0" + content)`; hubs give it for small files. */
  readonly gitHash: string | undefined;
}

/**
 * Writes a stream to a file and checks its length and hash against the hub's announcement.
 *
 * @returns SHA-256 of the content, in hexadecimal.
 * @throws ModelError naming the file when it is truncated or differs from the announced one.
 */
export async function saveVerified(
  content: AsyncIterable<Uint8Array>,
  path: string,
  expected: ExpectedFile,
): Promise<string> {
  const sha256 = createHash('sha256');
  const gitHash = createHash('sha1').update(`blob ${expected.bytes}\0`);
  let bytes = 0;
  const file = await open(path, 'w');
  try {
    for await (const chunk of content) {
      sha256.update(chunk);
      gitHash.update(chunk);
      bytes += chunk.byteLength;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const digest = sha256.digest('hex');
  const remedy = 'Run again to fetch it anew.';
  if (bytes !== expected.bytes) {
    throw new ModelError(`came with ${bytes} of ${expected.bytes} bytes.`, {
      subject: expected.name,
      remedy,
    });
  }
  const announced = expected.sha256 ?? expected.gitHash;
  const found = expected.sha256 === undefined ? gitHash.digest('hex') : digest;
  if (announced === undefined || found !== announced) {
    throw new ModelError(`came with the hash ${found}, the hub announced ${announced ?? 'none'}.`, {
      subject: expected.name,
      remedy,
    });
  }
  return digest;
}
