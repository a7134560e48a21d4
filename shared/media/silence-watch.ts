/** A live microphone has a noise floor; digital silence this long means that it is gone (Chromium does not always say so). */
export const silenceLimitMs = 2_000;

export interface SilenceWatch {
  /** Start of the silent spell; null while there is sound or nothing is expected. */
  readonly sinceMs: number | null;
  /** The spell has been told. A headset with its own mute switch is silent for long: it is opened anew once, not for ever. */
  readonly told: boolean;
}

export const noSilence: SilenceWatch = { sinceMs: null, told: false };

/** Takes one reading; `alarm` comes once in a silent spell. */
export function watchSilence(
  watch: SilenceWatch,
  { silent, speaking, nowMs }: { readonly silent: boolean; readonly speaking: boolean; readonly nowMs: number },
): { readonly watch: SilenceWatch; readonly alarm: boolean } {
  if (!silent || !speaking) return { watch: noSilence, alarm: false };
  const sinceMs = watch.sinceMs ?? nowMs;
  const alarm = !watch.told && nowMs - sinceMs >= silenceLimitMs;
  return { watch: { sinceMs, told: watch.told || alarm }, alarm };
}
