import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readComposeFile } from '#test/support/compose-file.ts';

const { text, localstack, volumes } = readComposeFile();
const localFile = (name: string): string =>
  readFileSync(new URL(`../../../local/${name}`, import.meta.url), 'utf8');

describe('compose.yaml', () => {
  it('runs the very LocalStack that the project installs without Docker', () => {
    const [, version] = /^localstack-core.*==(\S+)$/m.exec(localFile('requirements/localstack.txt')) ?? [];
    expect(localstack.image).toBe(`localstack/localstack:${version}`);
  });

  it('is reached from this machine only', () => {
    expect(localstack.ports.length).toBeGreaterThan(0);
    for (const port of localstack.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it("is healthy when the emulator's own health address responds", () => {
    const [, , inside] = localstack.ports[0]?.split(':') ?? [];
    expect(localstack.healthcheck.test.at(-1)).toBe(`http://127.0.0.1:${inside}/_localstack/health`);
    expect(localFile('localstack.ts')).toContain("healthPath: '/_localstack/health'");
  });

  it("declares its volumes, and mounts only the container engine's socket of this machine", () => {
    const sources = localstack.volumes.map((volume) => volume.split(':')[0] ?? '');
    expect(sources.filter((source) => !source.startsWith('/'))).toEqual(volumes);
    expect(sources.filter((source) => source.startsWith('/'))).toEqual(['/var/run/docker.sock']);
  });

  it('says how it is used: with the endpoint that it publishes, once it is healthy', () => {
    const [, outside] = localstack.ports[0]?.split(':') ?? [];
    expect(text).toContain(`AWS_ENDPOINT_URL=http://127.0.0.1:${outside} `);
    expect(text).toMatch(/docker compose -f local\/compose\.yaml up .*--wait/);
    expect(text).toContain('docker compose -f local/compose.yaml down --volumes');
  });
});
