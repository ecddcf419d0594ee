/**
 * Escape closes a dialog from wherever the focus is. WebKit keeps the key to itself in search fields, even in empty ones, so that
 * the dialog's own `cancel` does not come.
 */
export function closeOnEscape(event: KeyboardEvent, close: () => void): void {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const { target } = event;
  if (target instanceof HTMLInputElement && target.type === "search" && target.value !== "") return;
  event.preventDefault();
  event.stopPropagation();
  close();
}
