import { ObjectCache } from '#functions/exchange/object-cache.ts';
import type { FunctionPorts } from '#functions/runtime/function-ports.ts';
import { featuresOf } from '#shared/config/run-features.ts';
import type { Checkpoint } from '#shared/model/checkpoint.ts';
import type { EncoderEngine } from '#shared/model/engine/encoder-engine.ts';
import type { LoraSettings } from '#shared/model/lora/settings.ts';
import { OPTIMIZER_CONTRACT } from '#shared/model/optimizer/plugin/optimizer-contract.ts';
import { type ModelPart, openModelPart } from '#shared/model/split-model.ts';
import { DEFAULT_TIMEOUT_SECONDS } from '#shared/plugins/named-plugin.ts';
import { NO_PLUGINS } from '#shared/plugins/no-plugins.ts';
import type { HostedPlugin, PluginHost } from '#shared/plugins/plugin-host.ts';
import type { PluginReference } from '#shared/plugins/plugin-reference.ts';
import { requireRecord } from '#shared/plugins/require-record.ts';
import { preparedKeys } from '#shared/protocol/keys.ts';
import { reportEvent } from '#shared/protocol/log-events.ts';
import type { RunRecord } from '#shared/protocol/run-record.ts';
import { RunStore } from '#shared/protocol/run-store.ts';
import { MissingAnswers } from './missing-answers.ts';
import { RetainedPasses } from './retained-passes.ts';

/**
 * The settings of an engine: those of a run, in which `lora` may be replaced by the settings of an adapter
 * that another program made.
 */
export type EngineSettings = Pick<RunRecord['config'], 'model' | 'data' | 'server'> & {
  readonly lora: LoraSettings;
};

/** Creates the engine for the server part of a model. */
export type EngineFactory = (server: ModelPart, settings: EngineSettings) => Promise<EncoderEngine>;

interface LoadedModel {
  readonly server: ModelPart;
  readonly engine: EncoderEngine;
}

/**
 * State that the encoder's handlers share: the ports, and objects that a warm process keeps between messages.
 */
export class EncoderMaterial {
  readonly ports: FunctionPorts;
  readonly store: RunStore;
  readonly cache: ObjectCache;
  readonly passes = new RetainedPasses();
  readonly missing: MissingAnswers;
  readonly #createEngine: EngineFactory;
  readonly #batchTokens: number | undefined;
  readonly #plugins: PluginHost;
  readonly #models = new Map<string, Promise<LoadedModel>>();

  /**
   * @param batchTokens Maximum tokens of one batch; the engine's own number by default.
   * @param plugins The optimiser plug-ins of this host; none by default.
   */
  constructor(
    ports: FunctionPorts,
    createEngine: EngineFactory,
    batchTokens?: number,
    plugins: PluginHost = NO_PLUGINS,
  ) {
    this.ports = ports;
    this.store = new RunStore(ports.objects);
    this.cache = new ObjectCache(ports.objects, 512 * 1024 * 1024);
    this.missing = new MissingAnswers(this.store);
    this.#createEngine = createEngine;
    this.#batchTokens = batchTokens;
    this.#plugins = plugins;
  }

  record(run: string): Promise<RunRecord> {
    return this.cache.loadRecord(this.store.run(run));
  }

  /** LoRA and optimiser state after this many rounds. */
  checkpoint(run: string, rounds: number): Promise<Checkpoint> {
    return this.cache.loadRecord(this.store.checkpoint(run, rounds), `checkpoint of ${run}`);
  }

  /** The optimiser plug-in of a run. @throws PluginError if this host does not have it */
  optimizer({ config, plugins }: RunRecord, reference: PluginReference): Promise<HostedPlugin> {
    const known = requireRecord('optimizer', reference, plugins.optimizer);
    const { optimizerTimeoutSeconds: timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = config.server;
    return this.#plugins.open(OPTIMIZER_CONTRACT, known, timeoutSeconds);
  }

  /** Maximum tokens of one batch. */
  async fillTokens(run: string): Promise<number> {
    return this.#batchTokens ?? (await this.model(await this.record(run))).engine.fillTokens;
  }

  /** The run's model. It is loaded once for all runs with the same prepared model and engine settings. */
  model(record: RunRecord): Promise<LoadedModel> {
    const { lora, server } = record.config;
    const { engine, provider, deterministic, precision, python } = server;
    const settings = [featuresOf(record.config), lora, engine, provider, deterministic, precision, python];
    const name = JSON.stringify([record.prepared, ...settings]);
    const loaded = this.#models.get(name) ?? this.#load(record);
    this.#models.set(name, loaded);
    loaded.catch(() => this.#models.delete(name));
    return loaded;
  }

  async dispose(): Promise<void> {
    this.passes.clear();
    for (const loaded of this.#models.values()) await (await loaded).engine.dispose();
    this.#models.clear();
  }

  async #load(record: RunRecord): Promise<LoadedModel> {
    const key = preparedKeys.encoderModel(record.prepared);
    const server = await this.cache.load(key, openModelPart);
    const engine = await this.#createEngine(server, record.config);
    reportEvent(this.ports.telemetry, 'engine', { ...engine.description });
    return { server, engine };
  }
}
