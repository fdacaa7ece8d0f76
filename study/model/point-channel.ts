import { type ChannelPlugin, type RunChannel, roundAfter } from '#shared/channel/run-channel.ts';
import {
  type ChannelRound,
  channelOfRound,
  drawScenario,
  nextChannelRound,
  radioChannel,
} from '#shared/channel/scenario.ts';
import type { ControlLaw } from '#shared/scheduling/control/control-law.ts';
import { drawControlLaw, type LawQuestion } from '#shared/scheduling/control/draw-law.ts';
import { drawRunLaw } from '#shared/scheduling/control/draw-run-law.ts';
import { lawOfLastRounds, roundsNeeded } from '#shared/scheduling/control/law-of-last-rounds.ts';
import type { LinkProblem } from '#shared/scheduling/round-problem.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';

/** The channel of a point: its rounds in order, and the law of the channel. */
export class PointChannel {
  readonly #channel: RunChannel;
  readonly #payloadBits: number;
  /** Undefined for policies that have no price of delay. */
  readonly #question: LawQuestion | undefined;
  readonly #roundsNeeded: number;
  /** The law of all rounds; undefined if each round has its own law. */
  #lawOfRun: ControlLaw | undefined;
  /** The last rounds, the current one last. */
  #rounds: readonly ChannelRound[] = [];

  /** @param question the question that the law answers; undefined for policies that have no price of delay */
  constructor(
    { channel, seed, training }: StudySettings,
    plugin: ChannelPlugin | undefined,
    payloadBits: number,
    question: LawQuestion | undefined,
  ) {
    const { devices, rounds } = training;
    const scenario = drawScenario(channel, seed, devices);
    this.#channel = { scenario, plugin, rounds };
    this.#payloadBits = payloadBits;
    this.#question = question;
    this.#roundsNeeded = roundsNeeded(scenario, plugin);
    // The law of a plug-in's channel is drawn by `begin`.
    if (question !== undefined && this.#roundsNeeded === 1 && plugin === undefined) {
      this.#lawOfRun = drawControlLaw(scenario, question);
    }
  }

  /** Draws the law of a plug-in's channel, before the first round. @throws PluginError naming the plug-in */
  async begin(): Promise<void> {
    if (this.#channel.plugin === undefined || this.#question === undefined || this.#roundsNeeded > 1) return;
    this.#lawOfRun = await drawRunLaw(this.#channel, this.#question);
  }

  /** The law of all rounds; undefined if each round has its own law, or the policy no price of delay. */
  get lawOfRun(): ControlLaw | undefined {
    return this.#lawOfRun;
  }

  /** The law for the current round; undefined for policies that have no price of delay. */
  get law(): ControlLaw | undefined {
    if (this.#question === undefined || this.#roundsNeeded === 1) return this.#lawOfRun;
    return lawOfLastRounds(this.#channel.scenario, this.#rounds, this.#question);
  }

  /**
   * Draws the next round and returns its link.
   *
   * @param round index of the round, which is used for the first call only
   * @throws ConfigError for a channel plug-in
   */
  next(round: number): LinkProblem {
    const { scenario } = this.#channel;
    const before = this.#rounds.at(-1);
    return this.#linkOf(
      before === undefined ? channelOfRound(scenario, round) : nextChannelRound(scenario, before),
    );
  }

  /** As {@link next}, with a plug-in if set. @throws PluginError naming the plug-in and the round */
  async nextByPlugin(): Promise<LinkProblem> {
    return this.#linkOf(await roundAfter(this.#channel, this.#rounds.at(-1)));
  }

  #linkOf(round: ChannelRound): LinkProblem {
    this.#rounds = [...this.#rounds, round].slice(-this.#roundsNeeded);
    return { ...radioChannel(this.#channel.scenario, round), payloadBits: this.#payloadBits };
  }
}
