import { userIdOf } from '@/auth/session';
import type { ConversationKind } from '@/types/conversation';

/** The ids of people who are named with commas between them: a name has spaces. */
export function peopleOf(text: string): string[] {
  const ids = text.split(/[,;\n]+/u).map(userIdOf);
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** Why these people can't be written to so; null where they can. */
export function reasonAgainst(kind: ConversationKind, people: readonly string[], me: string): string | null {
  if (people.length === 0) return `Names or ids: letters, digits and . _ - @${kind === 'direct' ? '' : '; a comma between two'}`;
  const others = people.filter((id) => id !== me).length;
  if (others === 0) return 'You are in it anyway: name somebody else.';
  if (kind === 'direct' && others > 1) return 'A direct conversation is with one person; for several there is a group.';
  return null;
}
