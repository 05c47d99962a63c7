/** `{@attach takeFocus}`: what has just appeared is where the next key goes. */
export function takeFocus(element: HTMLElement): void {
  element.focus();
}
