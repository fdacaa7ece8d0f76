import { join } from 'node:path';
import { runCommand } from '#local/run-command.ts';
import type { DockerDaemon } from './docker-daemon.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, '.cache', 'node-base-image');

/** Programs needed to build the test images; Debian's docker.io and debootstrap provide all of them. */
const PROGRAMS = ['dockerd', 'docker', 'debootstrap'] as const;

/** The reason why images cannot be built on this machine; undefined if they can. */
export async function containersMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'dockerd needs root';
  for (const program of PROGRAMS) {
    const { status } = await runCommand('sh', ['-c', `command -v ${program}`]);
    if (status !== 0) return `${program} is not installed (Debian: docker.io, debootstrap)`;
  }
  return undefined;
}

/**
 * Imports a substitute for the Dockerfile's base image under the same name: Debian from the machine's own
 * package sources, with the Node and npm of this checkout. The folder from which it is made is kept for later
 * runs.
 *
 * @param name Name and tag, as in the Dockerfile.
 */
export async function importNodeBaseImage(docker: DockerDaemon, name: string): Promise<void> {
  await docker.shell(`
    root='${FOLDER}'
    if [ ! -e "$root.complete" ]; then
      mkdir -p "$(dirname "$root")"
      rm -rf "$root"
      read -r uri codename < <(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' \\
        'Identifier: Packages' | awk '$2 !~ /-/ && $3 == "main" { print $1, $2; exit }')
      debootstrap --variant=minbase "$codename" "$root" "$uri"
      cp '${join(ROOT, 'node_modules/node/bin/node')}' "$root/usr/local/bin/node"
      mkdir -p "$root/usr/local/lib/node_modules"
      cp -R "$(npm root -g)/npm" "$root/usr/local/lib/node_modules/npm"
      ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
      chroot "$root" useradd --create-home --uid 1000 node
      # The authorities that this machine trusts: its package sources may have one of their own.
      cp "\${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" "$root/usr/local/share/authorities.crt"
      touch "$root.complete"
    fi
    tar -C "$root" -c . | docker import --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin' \\
      --change 'ENV NODE_EXTRA_CA_CERTS=/usr/local/share/authorities.crt' - '${name}'
  `);
}

/**
 * Builds the encoder's CPU image from only the files that the Dockerfile copies.
 *
 * @param base Image in place of the Dockerfile's base image of Node.
 * @param plugins Folder of the Dockerfile's argument PLUGINS, relative to the repository.
 */
export async function buildEncoderImage(
  docker: DockerDaemon,
  { name, base, plugins }: { readonly name: string; readonly base: string; readonly plugins: string },
): Promise<void> {
  await docker.shell(`
    cd '${ROOT}'
    tar -c package.json package-lock.json .npmrc shared functions '${plugins}' |
      docker build --network host --target cpu --tag '${name}' \\
        --build-arg 'NODE_IMAGE=${base}' --build-arg 'PLUGINS=${plugins}' --file functions/encoder/Dockerfile -
  `);
}
