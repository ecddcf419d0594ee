const nameOf = (element: Element) => {
  const testid = element.closest("[data-testid]")?.getAttribute("data-testid") ?? "";
  return `${element.tagName.toLowerCase()} in ${testid}: ${(element.textContent ?? "").trim().slice(0, 40)}`;
};

/** What does not fit: texts cut off without dots, and what makes the page wider than the window. */
export function overflows(): string[] {
  const found: string[] = [];
  const wide = document.documentElement.clientWidth;
  for (const element of document.querySelectorAll<HTMLElement>("#app *, dialog *")) {
    if (element.closest(".visually-hidden, canvas, svg, [hidden], .feed")) continue;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || style.visibility === "hidden") continue;
    const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    const scrolls = /auto|scroll/u.test(style.overflowX) && !/^(?:MAIN|DIALOG|SECTION)$/u.test(element.tagName);
    if (cut && style.display !== "inline" && style.textOverflow !== "ellipsis" && !scrolls && hasOwnText(element)) {
      found.push(`cut: ${nameOf(element)}`);
    }
    if (cut && /^(?:MAIN|DIALOG)$/u.test(element.tagName)) found.push(`scrolls sideways: ${nameOf(element)}`);
    if (box.right > wide + 1 || box.left < -1) found.push(`outside: ${nameOf(element)}`);
  }
  return found;
}

function hasOwnText(element: Element): boolean {
  return [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "");
}
