/** To where one writes. Not on a touch screen: the focus would bring up the keyboard over what is being looked at. */
export function focusComposer(): void {
  if (window.matchMedia('(pointer: fine)').matches) document.getElementById('composer')?.focus();
}

/** To the list of messages, where the keys that scroll go on. */
export function focusMessages(): void {
  document.querySelector<HTMLElement>('.messages-scroll')?.focus();
}
