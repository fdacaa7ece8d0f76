import { runConfigSchema } from '#shared/config/run-config.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';

/**
 * The groups that come in kinds, as they are where nobody names a kind: the lowest layer of a run's settings, so that one
 * of their settings can be changed by itself.
 */
export function defaultKinds(): RawSettings {
  const place = { directory: 'nowhere' };
  const { server, data, channel, scheduling } = runConfigSchema.parse({ model: place, data: place });
  return {
    server: { optimizer: server.optimizer },
    data: { partition: data.partition },
    channel: { placement: channel.placement, pathLoss: channel.pathLoss, fading: channel.fading },
    scheduling: { controlV: scheduling.controlV },
  };
}
