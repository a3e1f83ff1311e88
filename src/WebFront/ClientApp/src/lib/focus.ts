/** To where one writes. Not on a touch screen: the focus would bring up the keyboard over what is being looked at. */
export function focusComposer(): void {
  if (window.matchMedia('(pointer: fine)').matches) document.getElementById('composer')?.focus();
}

/** Which element is the pane of what is open: its focus outlives one conversation, and leads to the messages of the next. */
const pane = 'main';

/** Before another conversation is opened by a key that goes through them: its composer would take the next such key for a letter. */
export function focusPane(): void {
  document.querySelector<HTMLElement>(pane)?.focus();
}

/** Where a conversation that was just opened begins: in its composer, but for who goes through them by keys. */
export function focusOpened(): void {
  if (!document.activeElement?.closest(pane)) focusComposer();
}

/** To the messages that are there now, from their pane. */
export function focusFromPane(): void {
  if (document.activeElement?.matches(pane)) focusMessages();
}

/** Messages that go while the focus is among them leave it to their pane: one that is nowhere would go to the next composer. */
export function focusFromGone(list: HTMLElement | null): void {
  if (list?.contains(document.activeElement)) focusPane();
}

/** To the list of messages, where the keys that scroll go on; while they are loading to their pane, which leads there. */
export function focusMessages(): void {
  const list = document.querySelector<HTMLElement>('.messages-scroll');
  if (list) list.focus();
  else focusPane();
}
