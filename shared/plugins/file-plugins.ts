import { PluginError } from '#shared/errors.ts';
import { contentHash } from './content-hash.ts';
import type { OpenPlugin } from './open-plugin.ts';
import { openReference, pluginSubject } from './open-reference.ts';
import type { PluginContract } from './plugin-contract.ts';
import type { HostedPlugin, PluginHost } from './plugin-host.ts';
import type { PluginKind } from './plugin-kind.ts';
import type { PluginRecord, PluginSettings } from './plugin-record.ts';
import type { PluginReference } from './plugin-reference.ts';

export interface FilePluginsOptions {
  /** Receives each line that a plug-in prints. */
  readonly log?: (line: string) => void;
  /**
   * By kind, the plug-in to use instead of the references in runs, whose files may be elsewhere on this
   * machine.
   */
  readonly instead?: Readonly<Partial<Record<PluginKind['word'], PluginReference | undefined>>>;
}

/** Loading a module, or starting a program with large packages, may take longer than a call. */
const LEAST_LOAD_SECONDS = 60;

interface Opened {
  readonly plugin: OpenPlugin;
  readonly base: PluginRecord;
  readonly subject: string;
}

/** Plug-ins of this machine's files. Each is opened once and stays open until `close`. */
export class FilePlugins implements PluginHost {
  readonly #log: (line: string) => void;
  readonly #instead: NonNullable<FilePluginsOptions['instead']>;
  readonly #opened = new Map<string, Promise<Opened>>();

  constructor({ log = () => {}, instead = {} }: FilePluginsOptions = {}) {
    this.#log = log;
    this.#instead = instead;
  }

  /**
   * Opens a plug-in for a new run, and describes it.
   *
   * @throws PluginError if it cannot be loaded
   * @throws ConfigError if its settings cannot be used
   */
  async describe<R extends PluginRecord>(
    contract: PluginContract<R>,
    reference: PluginReference,
    settings: PluginSettings,
    timeoutSeconds: number,
  ): Promise<R> {
    const { plugin, base, subject } = await this.#open(contract, reference, settings, timeoutSeconds);
    return contract.recordOf(plugin.description, base, subject);
  }

  async open<R extends PluginRecord>(
    contract: PluginContract<R>,
    record: R,
    timeoutSeconds: number,
  ): Promise<HostedPlugin<R>> {
    const reference = this.#instead[contract.kind.word] ?? record.reference;
    const opened = await this.#open(contract, reference, record.settings, timeoutSeconds);
    const { plugin, base, subject } = opened;
    if (base.sha256 !== record.sha256) {
      throw new PluginError(
        `differs from the plug-in that the run was started with: its hash is ${short(base.sha256)}, not ${short(record.sha256)}.`,
        { subject, remedy: 'Use the same files, or start a new run.' },
      );
    }
    return { record, subject, call: (args, place) => plugin.call(args, place) };
  }

  /** Ends all plug-ins. */
  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.allSettled(opened.map(async (one) => (await one).plugin.close()));
  }

  #open<R extends PluginRecord>(
    contract: PluginContract<R>,
    reference: PluginReference,
    settings: PluginSettings,
    timeoutSeconds: number,
  ): Promise<Opened> {
    const key = JSON.stringify([contract.kind.word, reference, settings, timeoutSeconds]);
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const opened = this.#openNew(contract, reference, settings, timeoutSeconds);
    this.#opened.set(key, opened);
    return opened;
  }

  async #openNew<R extends PluginRecord>(
    contract: PluginContract<R>,
    reference: PluginReference,
    settings: PluginSettings,
    timeoutSeconds: number,
  ): Promise<Opened> {
    const { kind } = contract;
    const subject = pluginSubject(kind, reference);
    const sha256 = await contentHash(reference, subject);
    const plugin = await openReference(contract, reference, {
      kind,
      settings,
      loadTimeoutSeconds: Math.max(timeoutSeconds, LEAST_LOAD_SECONDS),
      timeoutSeconds,
      log: this.#log,
    });
    try {
      const { name, settings: complete } = plugin.description;
      const base = { reference, name, sha256, settings: complete };
      contract.recordOf(plugin.description, base, subject);
      return { plugin, base, subject };
    } catch (error) {
      await plugin.close();
      throw error;
    }
  }
}

function short(hash: string): string {
  return hash.slice(0, 12);
}
