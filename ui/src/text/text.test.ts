import { parse } from "svelte/compiler";
import { describe, expect, test } from "vitest";
import { en } from "./en";
import { ru } from "./ru";
import { endingText, languageFor, linkText, noticeText, problemText } from "./text.svelte";

const components: Record<string, string> = import.meta.glob("../**/*.svelte", {
  query: "?raw",
  import: "default",
  eager: true,
});

type Tree = { [key: string]: unknown };

function keysOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, `${path}/${key}`));
}

/** Every text that a function of a catalogue makes with ordinary arguments, and every plain one. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") {
    const make = value as (...args: unknown[]) => unknown;
    const argument = value.toString().includes("names") ? ["A", "B", "C"] : undefined;
    return textsOf(make(argument ?? 1, argument ?? 2, argument ?? 3));
  }
  return Object.values(value as Tree).flatMap(textsOf);
}

const LITERAL_ATTRIBUTES = new Set(["aria-label", "title", "placeholder", "alt", "label", "aria-description"]);

function literals(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== "object" || node === null) return;
    const { type, name, value, data } = node as Tree;
    if (type === "Text" && typeof data === "string" && /\p{L}/u.test(data)) found.push(data.trim());
    if (type === "Attribute") {
      if (typeof name !== "string" || !LITERAL_ATTRIBUTES.has(name)) return;
      const parts = Array.isArray(value) ? value : [];
      for (const part of parts as Tree[]) if (part.type === "Text" && part.data !== "") found.push(`${name}=${String(part.data)}`);
      return;
    }
    if (type === "StyleDirective") return;
    if (type === "Literal" && typeof value === "string" && /^\p{Lu}\p{Ll}+( |$)/u.test(value)) found.push(value);
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(parse(source, { modern: true }).fragment);
  return found;
}

describe("the texts", () => {
  test("are complete in every language", () => {
    expect(keysOf(ru).sort()).toEqual(keysOf(en).sort());
    for (const text of [...textsOf(en), ...textsOf(ru)]) expect(text.trim()).not.toBe("");
  });

  test("are translated", () => {
    const latin = new Set(textsOf(en));
    const same = textsOf(ru).filter((text) => latin.has(text) && /[a-z]{3}/iu.test(text));
    expect(same).toEqual(["Foyer"]);
  });

  test("stand in the catalogues alone", () => {
    expect(Object.keys(components).length).toBeGreaterThan(15);
    const inComponents = Object.entries(components).flatMap(([file, source]) =>
      literals(source).map((literal) => `${file}: ${literal}`),
    );
    expect(inComponents).toEqual([]);
  });

  test("count in Russian as Russian counts", () => {
    expect([1, 2, 5, 21].map((count) => ru.stage.people(count))).toEqual([
      "1 участник",
      "2 участника",
      "5 участников",
      "21 участник",
    ]);
    expect([1, 2].map((count) => en.stage.people(count))).toEqual(["1 person", "2 people"]);
  });

  test("follow the system's languages and fall back to English", () => {
    expect(languageFor(["de-DE", "ru-RU", "en"])).toBe("ru");
    expect(languageFor(["en-GB", "ru"])).toBe("en");
    expect(languageFor(["de", "fr"])).toBe("en");
  });

  test("explain every code that the call machine, the shell and the devices know", () => {
    const ends =
      "hungUp deniedByHost removed meetingEnded serverGone lobbyTimedOut linkUnknown linkInvalid meetingFull nameInvalid netUnreachable serviceFailed";
    for (const reason of ends.split(" ")) expect(Object.keys(en.ended.reasons)).toContain(reason);
    const refusals = 
      "nothing_found other_site too_long teams_needs_service host_page personal event gcc_high dod china not_a_meeting look_alike";
    for (const reason of refusals.split(" ")) expect(Object.keys(en.links)).toContain(`link.${reason}`);
    const devices = "busy failed lost not_allowed not_found stalled unsupported";
    for (const reason of devices.split(" ")) expect(Object.keys(en.problems)).toContain(`device.${reason}`);
    for (const code of ["effect.too_slow", "effect.failed", "background.unreadable", "background.too_large"]) {
      expect(Object.keys(en.problems)).toContain(code);
    }
    const notices = "call.mutedByHost call.consentNotTaken chat.notSent chat.tooLong chat.empty chat.notChanged hand.refused room.refused moderation.refused reaction.refused captions.refused";
    for (const code of notices.split(" ")) expect(Object.keys(en.notices)).toContain(code);
  });

  test("name a code that nobody has explained yet", () => {
    expect(problemText("device.on_fire")).toContain("device.on_fire");
    expect(linkText("link.strange")).toContain("link.strange");
    expect(endingText("meltdown").lead).toContain("meltdown");
    expect(noticeText("device.busy", "camera")).toMatch(/^Camera: Another app/u);
    expect(noticeText("device.lost", "share")).toMatch(/^Sharing: What you shared was closed/u);
    expect(noticeText("call.mutedByHost", null)).toBe(en.notices["call.mutedByHost"]?.());
  });
});
