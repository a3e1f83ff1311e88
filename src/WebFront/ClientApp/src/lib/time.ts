const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const date = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

const midnight = (moment: Date): number => new Date(moment).setHours(0, 0, 0, 0);
/** Whole days between then and now by the calendar; rounded, because some days have 23 or 25 hours. */
const daysAgo = (then: Date, now: Date): number => Math.round((midnight(now) - midnight(then)) / 86_400_000);

/** A timestamp as a number, to compare by: as text `.12Z` comes after `.121Z`. */
export const timeOf = (timestamp: string): number => Date.parse(timestamp);

/** `14:05` */
export const clockTime = (timestamp: string): string => time.format(new Date(timestamp));

/** Everything there is to know about the moment, for a tooltip. */
export const fullTime = (timestamp: string): string => full.format(new Date(timestamp));

/** A day separator: Today, Yesterday, the weekday, or the date. */
export function dayName(timestamp: string, now = new Date()): string {
  const then = new Date(timestamp);
  const days = daysAgo(then, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return days > 1 && days < 7 ? weekday.format(then) : date.format(then);
}

/** As short as a list needs it: the time today, else the day. */
export function listTime(timestamp: string, now = new Date()): string {
  const then = new Date(timestamp);
  const days = daysAgo(then, now);
  if (days === 0) return time.format(then);
  return days === 1 ? 'Yesterday' : shortDate.format(then);
}
