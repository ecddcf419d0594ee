/** What was pasted, dropped or opened: more than a field of one line can show. */
export interface Pasted {
  shown: string;
  whole: string;
}

/** A longer text is none of an invitation; the shell refuses it as well. */
export const MAX_TEXT = 256 * 1024;

/** A text in one line. */
export function joined(text: string): Pasted {
  return { shown: text.replace(/\s+/gu, " ").trim(), whole: text };
}

/** `null` if there is no text in it. */
export function fromData(data: DataTransfer, nameOfPage: string): Pasted | null {
  const plain = data.getData("text/plain");
  const page = data.getData("text/html");
  if (plain === "" && page === "") return null;
  const both = `${plain}\n${page}`;
  const { shown } = joined(plain);
  return { shown: shown || nameOfPage, whole: page === "" || both.length > MAX_TEXT ? plain : both };
}

export async function fromFile(file: File): Promise<Pasted> {
  return { shown: file.name, whole: await file.slice(0, MAX_TEXT + 1).text() };
}
