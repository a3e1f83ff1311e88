import type { Message } from '@/types/conversation';

/**
 * True when `candidate` tells something later about the same message than `known` does. Another message with its `seq` is there only after
 * an older backup was put back: the one that comes is the one that is.
 */
export function isNewer(candidate: Message, known: Message): boolean {
  if (candidate.id !== known.id) return true;
  if (Boolean(candidate.deleted) !== Boolean(known.deleted)) return Boolean(candidate.deleted);
  return (candidate.edited_at ?? '') > (known.edited_at ?? '');
}

/** Index of the first message whose `seq` isn't below `seq`. */
function lowerBound(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle]?.seq ?? Infinity) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** True where the log has the message of this `seq`. */
export function holdsSeq(messages: readonly Message[], seq: number): boolean {
  return messages[lowerBound(messages, seq)]?.seq === seq;
}

/** True where messages are missing between these two that can be had: from `start` on. */
export function hasHole(earlier: Message, later: Message, start: number): boolean {
  return later.seq > Math.max(earlier.seq + 1, start);
}

/**
 * Puts one message into a log that is ordered by `seq`, in place. A message that is there already is replaced only by a
 * later version of itself, so that a page fetched before an edit can't undo it, whichever arrives first.
 */
export function upsertMessage(messages: Message[], message: Message): void {
  const last = messages.at(-1);
  if (!last || last.seq < message.seq) {
    messages.push(message);
    return;
  }
  const index = lowerBound(messages, message.seq);
  const known = messages[index];
  if (known?.seq !== message.seq) messages.splice(index, 0, message);
  else if (isNewer(message, known)) messages[index] = message;
}

/** The log with a page (ordered by `seq`) put into it, in one pass; the log itself stays as it is. */
export function mergeMessages(messages: readonly Message[], page: readonly Message[]): Message[] {
  const merged: Message[] = [];
  let left = 0;
  let right = 0;
  while (left < messages.length || right < page.length) {
    const known = messages[left];
    const fresh = page[right];
    if (!fresh || (known && known.seq < fresh.seq)) {
      if (known) merged.push(known);
      left++;
    } else if (!known || fresh.seq < known.seq) {
      merged.push(fresh);
      right++;
    } else {
      merged.push(isNewer(fresh, known) ? fresh : known);
      left++;
      right++;
    }
  }
  return merged;
}
