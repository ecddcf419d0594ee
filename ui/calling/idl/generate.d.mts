/** The generated files: name within `generated/` → text. */
export function generate(): Record<string, string>;
