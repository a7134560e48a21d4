/** Dates, numbers and durations in the manner of one language. */
export interface Formats {
  /** `10:42`. */
  time(wallMs: number): string;
  /** `10:42:07`. */
  exactTime(wallMs: number): string;
  /** `Friday, 20 November 2026`. */
  day(wallMs: number): string;
  /** `20 Nov 2026, 10:42`. */
  dateTime(wallMs: number): string;
  /** `10:42`, and with its day when that is not the day of `now`. */
  moment(wallMs: number, now: number): string;
  /** A key that is equal for two times of the same local day. */
  dayKey(wallMs: number): string;
  /** A running clock: `3:27`, `1:03:27`. */
  clock(durationMs: number): string;
  /** A duration with its units: `4 s`, `3 min 27 s`, `1 h 3 min`. */
  duration(durationMs: number): string;
  /** How long something took: `340 ms`, `2.3 s`, `3 min 27 s`. */
  took(durationMs: number): string;
  percent(share: number): string;
  compare(a: string, b: string): number;
}

/** Formats of `language`; times in `timeZone`, by default the system's. */
export function createFormats(language: string, timeZone?: string): Formats {
  const zone = timeZone === undefined ? {} : { timeZone };
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone });
  const exactTime = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const day = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', ...zone });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23', ...zone });
  const dayKey = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone });
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const collator = new Intl.Collator(language, { sensitivity: 'base', numeric: true });
  const units = {
    hour: new Intl.NumberFormat(language, { style: 'unit', unit: 'hour', unitDisplay: 'narrow' }),
    minute: new Intl.NumberFormat(language, { style: 'unit', unit: 'minute', unitDisplay: 'short' }),
    second: new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'narrow' }),
    millisecond: new Intl.NumberFormat(language, { style: 'unit', unit: 'millisecond', unitDisplay: 'short', maximumFractionDigits: 0 }),
    tenths: new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'narrow', maximumFractionDigits: 1 }),
  };
  const duration = (durationMs: number): string => {
    const { hours, minutes, seconds } = split(durationMs);
    const parts: string[] = [];
    if (hours > 0) parts.push(spaced(units.hour, hours));
    if (minutes > 0) parts.push(spaced(units.minute, minutes));
    if (hours === 0 && (seconds > 0 || minutes === 0)) parts.push(spaced(units.second, seconds));
    return parts.join(' ');
  };
  const two = new Intl.NumberFormat(language, { minimumIntegerDigits: 2, useGrouping: false });

  return {
    time: (wallMs) => time.format(wallMs),
    exactTime: (wallMs) => exactTime.format(wallMs),
    day: (wallMs) => day.format(wallMs),
    dateTime: (wallMs) => dateTime.format(wallMs),
    moment: (wallMs, now) => (dayKey.format(wallMs) === dayKey.format(now) ? time : dateTime).format(wallMs),
    dayKey: (wallMs) => dayKey.format(wallMs),
    clock(durationMs) {
      const { hours, minutes, seconds } = split(durationMs);
      return hours > 0 ? `${hours}:${two.format(minutes)}:${two.format(seconds)}` : `${minutes}:${two.format(seconds)}`;
    },
    duration,
    took(durationMs) {
      if (durationMs < 999.5) return units.millisecond.format(durationMs);
      return durationMs < 59_950 ? spaced(units.tenths, durationMs / 1000) : duration(durationMs);
    },
    percent: (share) => percent.format(share),
    compare: (a, b) => collator.compare(a, b),
  };
}

/** English writes its narrow units without a space, which reads badly in a sentence. */
function spaced(format: Intl.NumberFormat, value: number): string {
  const parts = format.formatToParts(value).filter(({ type }) => type !== 'literal');
  const textOf = (isUnit: boolean): string =>
    parts
      .filter(({ type }) => (type === 'unit') === isUnit)
      .map((part) => part.value)
      .join('');
  return `${textOf(false)} ${textOf(true)}`;
}

function split(durationMs: number): { hours: number; minutes: number; seconds: number } {
  const total = Math.max(0, Math.floor(durationMs / 1000));
  return { hours: Math.floor(total / 3600), minutes: Math.floor((total % 3600) / 60), seconds: total % 60 };
}
