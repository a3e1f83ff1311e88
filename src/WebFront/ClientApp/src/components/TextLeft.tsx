/** The server's own limit of a message's text, in characters. */
const longestText = 8000;

/** How many characters there is room for; negative where the text is too long. */
export function leftOf(text: string): number {
  return longestText - text.length;
}

/** Says how much room is left, once that is little. */
export function TextLeft({ id, text }: { id: string; text: string }) {
  const left = leftOf(text);
  return left < 500 && <span id={id} className="text-left" data-over={left < 0}>{left}</span>;
}
