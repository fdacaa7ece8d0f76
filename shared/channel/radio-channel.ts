/**
 * The channel of one round as the scheduler sees it: block fading, FDMA, one gain per device (section II-B).
 */
export interface RadioChannel {
  /** B, shared by all scheduled devices [Hz]. */
  readonly bandwidthHz: number;
  /** N0, the noise power spectral density [W/Hz]. */
  readonly noiseWattsPerHz: number;
  /** P, the transmit power [W]: one value for all devices, or one per device. */
  readonly powerWatts: number | readonly number[] | Float64Array;
  /** |h_n|^2 of each device: path loss times shadowing times fading, as a power ratio. */
  readonly channelGain: readonly number[] | Float64Array;
}

/** P_n of a device [W]. */
export function powerOfDevice(channel: RadioChannel, device: number): number {
  return typeof channel.powerWatts === 'number' ? channel.powerWatts : channel.powerWatts[device];
}

/** gamma_n = P_n * |h_n|^2 / N0 [Hz]: the bandwidth at which the device's signal-to-noise ratio is one. */
export function gammaOfDevice(channel: RadioChannel, device: number): number {
  return (powerOfDevice(channel, device) * channel.channelGain[device]) / channel.noiseWattsPerHz;
}
