/** `mm:ss`, or `h:mm:ss` from an hour on. */
export function clockText(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** The same for `<time datetime>`. */
export function durationAttribute(seconds: number): string {
  return `PT${seconds}S`;
}
