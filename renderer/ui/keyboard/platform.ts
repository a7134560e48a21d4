/** Whether Cmd takes the place of Ctrl. */
export function isMac(): boolean {
  return navigator.userAgent.includes('Macintosh');
}
