import { useEffect, useState } from 'react';
import { useAppSelector } from '@/lib/redux/store';
import type { Member } from '@/types/conversation';

const nobody: Record<string, number> = {};

function sentence(names: string[]): string {
  if (names.length === 0) return '';
  if (names.length === 1) return `${names[0]} is typing…`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing…`;
  return 'Several people are typing…';
}

/** Who is typing. Keeps its line when nobody is, so that the page doesn't jump. */
export function TypingLine({ conversationId, members }: { conversationId: string; members: readonly Member[] }) {
  const typists = useAppSelector((state) => state.typing[conversationId] ?? nobody);
  // A hint that came after the last look counts until then: its end brings the next look.
  const [now, setNow] = useState(Date.now);
  const current = Object.entries(typists).filter(([, until]) => until > now);
  const next = Math.min(...current.map(([, until]) => until));
  useEffect(() => {
    if (!Number.isFinite(next)) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, next - Date.now()) + 10);
    return () => clearTimeout(timer);
  }, [next]);
  const names = current.map(([id]) => members.find((member) => member.user_id === id)?.name || id);
  return <div className="typing" role="status">{sentence(names)}</div>;
}
