/** A power ratio in decibels. */
export function decibelsOfRatio(ratio: number): number {
  return 10 * Math.log10(ratio);
}

/** The power ratio of a value in decibels. */
export function ratioOfDecibels(decibels: number): number {
  return 10 ** (decibels / 10);
}

/** Power [W] of a level in dBm, or density [W/Hz] of a level in dBm/Hz. */
export function wattsOfDbm(dbm: number): number {
  return 10 ** ((dbm - 30) / 10);
}

/** Level in dBm of a power [W], or in dBm/Hz of a density [W/Hz]. */
export function dbmOfWatts(watts: number): number {
  return 10 * Math.log10(watts) + 30;
}
