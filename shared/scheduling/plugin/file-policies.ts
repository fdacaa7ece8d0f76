import { PluginError } from '#shared/errors.ts';
import { contentHash } from '#shared/plugins/content-hash.ts';
import type { OpenPlugin } from '#shared/plugins/open-plugin.ts';
import { openReference, pluginSubject } from '#shared/plugins/open-reference.ts';
import type { PluginSettings } from '#shared/plugins/plugin-record.ts';
import type { PluginReference } from '#shared/plugins/plugin-reference.ts';
import { describePolicy } from './describe-policy.ts';
import { PLAN_ARGUMENTS, POLICY_KIND } from './policy-kind.ts';
import type { PolicyPlugin, PolicyPlugins } from './policy-plugin.ts';
import type { PolicyPluginRecord } from './policy-plugin-record.ts';

export interface FilePoliciesOptions {
  /** Receives each line that a plug-in prints. */
  readonly log?: (line: string) => void;
  /** The plug-in to use in place of those that runs name, whose files may be elsewhere on this machine. */
  readonly instead?: PluginReference | undefined;
}

/** Loading a module, or starting a program with large packages, may take longer than a round. */
const LEAST_LOAD_SECONDS = 60;

interface Opened {
  readonly plugin: OpenPlugin;
  readonly record: PolicyPluginRecord;
}

/** Policy plug-ins of this machine's files. Each is opened once and stays open until `close`. */
export class FilePolicies implements PolicyPlugins {
  readonly #log: (line: string) => void;
  readonly #instead: PluginReference | undefined;
  readonly #opened = new Map<string, Promise<Opened>>();

  constructor({ log = () => {}, instead }: FilePoliciesOptions = {}) {
    this.#log = log;
    this.#instead = instead;
  }

  /**
   * Opens a plug-in for a new run, and describes it.
   *
   * @throws PluginError if it cannot be loaded
   * @throws ConfigError if its settings cannot be used
   */
  async describe(
    reference: PluginReference,
    settings: PluginSettings,
    timeoutSeconds: number,
  ): Promise<PolicyPluginRecord> {
    return (await this.#open(reference, settings, timeoutSeconds)).record;
  }

  async open(record: PolicyPluginRecord, timeoutSeconds: number): Promise<PolicyPlugin> {
    const reference = this.#instead ?? record.reference;
    const subject = pluginSubject(POLICY_KIND, reference);
    const opened = await this.#open(reference, record.settings, timeoutSeconds);
    if (opened.record.sha256 !== record.sha256) {
      throw new PluginError(
        `differs from the plug-in that the run was started with: its hash is ${short(opened.record.sha256)}, not ${short(record.sha256)}.`,
        { subject, remedy: 'Use the same files, or start a new run.' },
      );
    }
    return { record, subject, plan: (args, place) => opened.plugin.call(args, place) };
  }

  /** Ends all plug-ins. */
  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.allSettled(opened.map(async (one) => (await one).plugin.close()));
  }

  #open(reference: PluginReference, settings: PluginSettings, timeoutSeconds: number): Promise<Opened> {
    const key = JSON.stringify([reference, settings, timeoutSeconds]);
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const opened = this.#openNew(reference, settings, timeoutSeconds);
    this.#opened.set(key, opened);
    return opened;
  }

  async #openNew(
    reference: PluginReference,
    settings: PluginSettings,
    timeoutSeconds: number,
  ): Promise<Opened> {
    const subject = pluginSubject(POLICY_KIND, reference);
    const sha256 = await contentHash(reference, subject);
    const plugin = await openReference(reference, PLAN_ARGUMENTS, {
      kind: POLICY_KIND,
      settings,
      loadTimeoutSeconds: Math.max(timeoutSeconds, LEAST_LOAD_SECONDS),
      timeoutSeconds,
      log: this.#log,
    });
    try {
      return { plugin, record: describePolicy(plugin.description, reference, sha256, subject) };
    } catch (error) {
      await plugin.close();
      throw error;
    }
  }
}

function short(hash: string): string {
  return hash.slice(0, 12);
}
