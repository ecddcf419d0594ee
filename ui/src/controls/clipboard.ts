type Write = (text: string) => Promise<unknown>;

let write: Write = (text) => navigator.clipboard.writeText(text);

/** From now on texts are copied this way. */
export function setClipboard(next: Write): void {
  write = next;
}

/** Puts a text into the clipboard; whether that worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await write(text);
    return true;
  } catch {
    return false;
  }
}
