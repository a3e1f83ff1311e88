export type TextPart = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

const address = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+/giu;
const trailing = /[.,:;!?…。、，！？)\]}»”’]+$/u;

/** Takes punctuation off a link's end, but keeps a closing bracket that was opened inside it. */
function trim(link: string): string {
  const end = trailing.exec(link)?.index ?? link.length;
  let kept = link.slice(0, end);
  if (link[end] === ')' && kept.split('(').length > kept.split(')').length) kept += ')';
  return kept;
}

/** Splits a message into text and links. Only http and https become links; everything else stays text, and so is escaped. */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const link = trim(match[0]);
    const href = /^www\./iu.test(link) ? `https://${link}` : link;
    if (!URL.canParse(href)) continue;
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) });
    parts.push({ kind: 'link', text: link, href });
    end = match.index + link.length;
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return parts;
}

const emoji = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|[#*0-9]\uFE0F?\u20E3|[\u200D\uFE0F\s]|[\u{E0020}-\u{E007F}])+$/u;

/** True for a message of one to six emoji and nothing else; it is shown large. */
export function isOnlyEmoji(text: string): boolean {
  if (text.length > 60 || !emoji.test(text) || text.trim() === '') return false;
  return [...new Intl.Segmenter().segment(text.replace(/\s/gu, ''))].length <= 6;
}
