import type { StudySettings } from '#study/settings/study-schema.ts';

/** A change of one property of a study's cloud, server, transport, channel or scheduling. */
export interface Knob {
  /** Name in rankings, such as `accelerators x 2`. */
  readonly name: string;
  /** New values by the path of their setting; undefined if the settings leave nothing to change. */
  readonly change: (settings: StudySettings) => Readonly<Record<string, unknown>> | undefined;
  /** The change as the subject of a sentence, such as `Twice the accelerators (2 instead of 1)`. */
  readonly subject: (settings: StudySettings) => string;
  /**
   * Why the model learns something else from a round even if as many devices answer; left out if it does not.
   */
  readonly altersLearning?: string;
}
