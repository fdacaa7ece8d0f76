import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GuardedProcess, startGuarded } from '#local/guarded-process.ts';
import { type CommandOutcome, runCommand } from '#local/run-command.ts';

/** A Docker daemon with its own images, containers and socket; it ends with this process. */
export class DockerDaemon {
  readonly #folder: string;
  readonly #process: GuardedProcess;

  private constructor(folder: string, process: GuardedProcess) {
    this.#folder = folder;
    this.#process = process;
  }

  /** Starts `dockerd` (as root) without a bridge or packet filter, and waits until it answers. */
  static async start(): Promise<DockerDaemon> {
    const folder = await mkdtemp(join(tmpdir(), 'airtune-docker-'));
    const lines: string[] = [];
    const process = await startGuarded({
      command: [
        'dockerd',
        ...['--iptables=false', '--bridge=none', '--storage-driver=vfs'],
        ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
        ...['--pidfile', join(folder, 'pid'), '--host', `unix://${join(folder, 'socket')}`],
      ],
      environment: {},
      workingFolder: folder,
      onLine: (line) => lines.push(line),
    });
    const daemon = new DockerDaemon(folder, process);
    await Promise.race([
      daemon.#answers(),
      process.ended.then((status) => {
        throw new Error(`dockerd ended with status ${status}: ${lines.slice(-3).join(' ')}`);
      }),
    ]);
    return daemon;
  }

  /** Runs the Docker client on this daemon. The caller checks the outcome. */
  run(...args: readonly string[]): Promise<CommandOutcome> {
    return runCommand('docker', ['--host', `unix://${join(this.#folder, 'socket')}`, ...args]);
  }

  /** Runs the client and returns its output. @throws with the end of its output if it fails. */
  async output(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run(...args);
    if (status === 0) return stdout.trim();
    const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n');
    throw new Error(`docker ${args[0]} ended with status ${status}:\n${tail}`);
  }

  /**
   * Runs a shell script with DOCKER_HOST set to this daemon.
   *
   * @throws with the end of its output if it fails.
   */
  async shell(script: string): Promise<void> {
    const socket = `unix://${join(this.#folder, 'socket')}`;
    const { status, stdout, stderr } = await runCommand('env', [
      ...[`DOCKER_HOST=${socket}`, 'DOCKER_BUILDKIT=0'],
      ...['bash', '-euo', 'pipefail', '-c', script],
    ]);
    if (status === 0) return;
    throw new Error(`ended with status ${status}:\n${`${stdout}\n${stderr}`.slice(-2000)}`);
  }

  /** Ends the daemon, with time to end its containerd: that would outlive a kill and keep the output open. */
  async stop(): Promise<void> {
    const pid = Number(await readFile(join(this.#folder, 'pid'), 'utf8'));
    process.kill(pid, 'SIGTERM');
    await this.#process.ended;
    // The network namespace of containers with the host's network stays mounted.
    await runCommand('umount', [join(this.#folder, 'exec', 'netns', 'default')]);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #answers(): Promise<void> {
    while ((await this.run('version')).status !== 0) await new Promise(setImmediate);
  }
}
