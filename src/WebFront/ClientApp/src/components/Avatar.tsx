const hues = 8;

function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9_973;
  return hash % hues;
}

function first(word: string | undefined): string {
  return word ? ([...word][0] ?? '') : '';
}

function initials(name: string): string {
  const words = name.split(/[\s._@-]+/u).filter(Boolean);
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : '')).toLocaleUpperCase() || '?';
}

interface AvatarProps {
  id: string;
  name: string;
  /** Undefined where nobody knows. */
  online?: boolean;
  size?: 'small' | 'normal';
}

export function Avatar({ id, name, online, size = 'normal' }: AvatarProps) {
  return (
    <span className={`avatar avatar-${size} hue-${hueOf(id)}`} aria-hidden="true">
      {initials(name)}
      {online && <span className="online-dot" />}
    </span>
  );
}
