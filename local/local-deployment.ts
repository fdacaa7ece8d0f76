import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { InterruptedError, ServiceError } from '#shared/errors.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { PROJECT_FOLDER } from './project-folders.ts';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
const ENVIRONMENT = `aws://${ACCOUNT}/${REGION}`;
const TAIL_LINES = 15;

/** Environment in which a program uses an emulator as AWS, without the user's own AWS settings. */
export function emulatorEnvironment(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DEFAULT_ACCOUNT: ACCOUNT,
    CDK_DEFAULT_REGION: REGION,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

/** Settings of the stacks, for `-c name=value`. */
export type StackSettings = Readonly<Record<string, string | number>>;

/**
 * Runs the project's programs with an emulator as AWS. `stop` ends all of them; so does the end of this
 * process, even by SIGKILL.
 */
export class LocalDeployment {
  readonly environment: Readonly<Record<string, string>>;
  readonly #running = new Set<Promise<GuardedProcess>>();
  #stopped = false;

  constructor(endpoint: string) {
    this.environment = emulatorEnvironment(endpoint);
  }

  /** Prepares the emulator for `cdk deploy`. */
  async bootstrap(): Promise<void> {
    // Runs outside the project with an explicit environment, so that the CDK app is not synthesised.
    const folder = await mkdtemp(join(tmpdir(), 'airtune-bootstrap-'));
    try {
      await this.#cdk(['bootstrap', ENVIRONMENT], folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Deploys the stacks, with templates and bundles in a separate folder. */
  async deploy(settings: StackSettings, stacks: readonly string[] = ['--all']): Promise<void> {
    await this.#cdkApp(['deploy', ...stacks, '--require-approval', 'never'], settings);
  }

  /** Destroys the stacks that were deployed with these settings, and the objects in their bucket. */
  async destroy(settings: StackSettings): Promise<void> {
    await this.#cdkApp(['destroy', '--all', '--force'], settings);
  }

  /**
   * Runs these functions as consumers in a separate process; resolves when they are ready.
   *
   * @param place Options that choose the deployment.
   */
  async startWorker(
    functions: readonly string[],
    onLine: (line: string) => void = () => {},
    place: readonly string[] = [],
  ): Promise<GuardedProcess> {
    const ready = Promise.withResolvers<void>();
    const only = functions.flatMap((name) => ['--only', name]);
    const worker = await this.#start(airtune(['worker', ...only, ...place]), PROJECT_FOLDER, (line) => {
      if (line.includes('"worker-ready"')) ready.resolve();
      onLine(line);
    });
    const failed = worker.ended.then((status) => {
      throw new ServiceError(`ended with status ${status}.`, {
        subject: 'airtune worker',
        remedy: 'Run it by hand.',
      });
    });
    await Promise.race([ready.promise, failed]);
    failed.catch(() => {});
    return worker;
  }

  /** Runs `airtune` with these arguments to its end. @throws ServiceError with its last lines if it fails. */
  async airtune(args: readonly string[], onLine: (line: string) => void = () => {}): Promise<void> {
    await this.#run(airtune(args), PROJECT_FOLDER, onLine);
  }

  /** Stops all running programs; none can be started afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#running].map(async (started) => (await started).stop()));
  }

  async #cdkApp(args: readonly string[], settings: StackSettings): Promise<void> {
    const output = await mkdtemp(join(tmpdir(), 'airtune-cdk-'));
    const context = Object.entries({ target: 'local', ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    try {
      await this.#cdk([...args, ...context, '--output', output], PROJECT_FOLDER);
    } finally {
      await rm(output, { recursive: true, force: true });
    }
  }

  #cdk(args: readonly string[], folder: string): Promise<void> {
    // CDK would load notices from a server.
    const cdk = join(PROJECT_FOLDER, 'node_modules', '.bin', 'cdk');
    return this.#run([cdk, ...args, '--no-notices'], folder, () => {});
  }

  async #run(
    command: readonly [string, ...string[]],
    folder: string,
    onLine: (line: string) => void,
  ): Promise<void> {
    const tail: string[] = [];
    const running = await this.#start(command, folder, (line) => {
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      onLine(line);
    });
    const status = await running.ended;
    if (status === 0) return;
    if (this.#stopped) throw new InterruptedError('stopped.');
    throw new ServiceError(`ended with status ${status}:\n${tail.join('\n')}\n`, {
      subject: command
        .slice(0, 3)
        .filter((part) => part !== process.execPath)
        .map((part) => basename(part, '.ts'))
        .join(' '),
      remedy: 'Its last lines are above.',
    });
  }

  async #start(
    command: readonly [string, ...string[]],
    workingFolder: string,
    onLine: (line: string) => void,
  ): Promise<GuardedProcess> {
    if (this.#stopped) throw new InterruptedError('stopped.');
    const starting = startGuarded({ command, workingFolder, environment: this.environment, onLine });
    // Recorded before it has started, so that a `stop` in the meantime includes it.
    this.#running.add(starting);
    const started = await starting;
    started.ended.finally(() => this.#running.delete(starting));
    return started;
  }
}

function airtune(args: readonly string[]): [string, ...string[]] {
  return [process.execPath, join(PROJECT_FOLDER, 'cli', 'airtune.ts'), ...args];
}
