import { wait } from '@/lib/wait';

let context: AudioContext | undefined;

/** A page that nobody has touched yet may not play. What it may only later is old news; in milliseconds. */
const longestWait = 500;

/** Whatever is told within this time, by whichever tabs, has one tone; in milliseconds. */
const oneTone = 1_000;
let sounds = false;

async function playAndRest(): Promise<void> {
  if (await playTone()) await wait(oneTone);
}

/** A tone, unless this page or another one of this user has just played one. */
export async function playToneOnce(userId: string): Promise<void> {
  if (sounds) return;
  sounds = true;
  // Not there on plain http, or where the page may have none: then each tab is on its own.
  const locks = navigator.locks as LockManager | undefined;
  try {
    if (!locks) await playAndRest();
    else await locks.request(`chat-tone-${userId}`, { ifAvailable: true }, (lock) => (lock ? playAndRest() : undefined)).catch(playAndRest);
  } finally {
    sounds = false;
  }
}

/** Two soft notes, made here so that nothing has to be loaded. False, and silent, where the page may not play yet. */
export async function playTone(): Promise<boolean> {
  if (!('AudioContext' in window)) return false;
  context ??= new AudioContext();
  if (context.state !== 'running') {
    // Its clock stands still meanwhile: notes that were put on it now would all sound at once when it goes on. That may be never.
    const goesOn = await Promise.race([context.resume().then(() => true, () => false), wait(longestWait).then(() => false)]);
    if (!goesOn) return false;
  }
  for (const [index, frequency] of [660, 880].entries()) {
    const start = context.currentTime + index * 0.09;
    const note = context.createOscillator();
    const volume = context.createGain();
    note.frequency.value = frequency;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.08, start + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
    note.connect(volume).connect(context.destination);
    note.start(start);
    note.stop(start + 0.26);
  }
  return true;
}
