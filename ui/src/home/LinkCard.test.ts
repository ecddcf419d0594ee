import { afterEach, describe, expect, test } from "vitest";
import type { LinkVerdict } from "../contract/LinkVerdict";
import { find, get, render, textOf } from "../testing/render";
import { en } from "../text/en";
import { languageFor, setLanguage } from "../text/text.svelte";
import LinkCard from "./LinkCard.svelte";
import { groupedId, nextSteps, startText } from "./verdict";

const TEAMS: LinkVerdict = {
  verdict: "refused",
  code: "link.teams_needs_service",
  kind: "teamsShort",
  url: "https://teams.microsoft.com/meet/2414128301281",
  meetingId: "2414128301281",
  hasPasscode: true,
  subject: "Interview, second round",
  organizer: "Grace Hopper",
  startsAt: "2026-11-24T13:00:00Z",
  dialIn: { number: "+1 323-555-0166", conferenceId: "52314678" },
};

const shown = (verdict: LinkVerdict) => ({ verdict, passcode: "", onPasscode: () => undefined, onBrowser: () => undefined });

const steps = () => [...get("link-next").querySelectorAll("li")].map((item) => item.dataset.step);

describe("the card of a pasted link", () => {
  afterEach(() => setLanguage(languageFor(["en"])));

  test("says that a practice meeting can be joined, and how", () => {
    render(LinkCard, shown({ verdict: "join", kind: "practice", url: "http://127.0.0.1:1/meet/x" }));
    expect(get("link-verdict").dataset).toMatchObject({ verdict: "join", kind: "practice" });
    expect(get("link-card").getAttribute("role")).toBe("status");
    expect(textOf("link-card")).toContain("Ready to join");
    expect(textOf("link-card")).toContain("http://127.0.0.1:1/meet/x");
    expect(steps()).toEqual(["join"]);
    expect(find("link-refused")).toBeNull();
  });

  test("shows what was recognised of a Teams meeting, and why it cannot be joined", () => {
    render(LinkCard, shown(TEAMS));
    expect(get("link-verdict").dataset.verdict).toBe("refused");
    expect(textOf("link-title")).toBe("Interview, second round");
    expect(textOf("link-card")).toContain("Microsoft Teams meeting");
    expect(textOf("link-card")).toContain("Meeting ID: 241 412 830 128 1");
    expect(textOf("link-time")).toContain("2026");
    expect(textOf("link-refused")).toContain("service of the organisation");
    expect(get("link-refused").getAttribute("role")).toBe("alert");
    expect(steps()).toEqual(["browser", "dialIn", "organizer"]);
    expect(textOf("link-next")).toContain("Call +1 323-555-0166 and key in 52314678 and #.");
    expect(textOf("link-next")).toContain("Grace Hopper");
  });

  test("tells that channel meetings have no chat", () => {
    render(LinkCard, shown({ verdict: "join", kind: "teamsChannel" }));
    expect(textOf("link-note")).toContain("no chat");
  });

  test("shows no card where nothing was recognised, and sends nobody to a look-alike", () => {
    render(LinkCard, shown({ verdict: "refused", code: "link.look_alike" }));
    expect(find("link-card")).toBeNull();
    expect(textOf("link-refused")).toContain("imitates Microsoft Teams");
    expect(steps()).toEqual(["organizer"]);
  });

  test("has no list where its sentence says all", () => {
    render(LinkCard, shown({ verdict: "refused", code: "link.nothing_found" }));
    expect(find("link-next")).toBeNull();
  });

  test("speaks Russian", () => {
    setLanguage("ru");
    render(LinkCard, shown(TEAMS));
    expect(textOf("link-card")).toContain("Встреча Microsoft Teams");
    expect(textOf("link-time")).toContain("2026");
    expect(textOf("link-time")).toMatch(/ноября/u);
    expect(textOf("link-next")).toContain("Позвоните по номеру");
    expect(get("link-next").getAttribute("aria-label")).toBe("Что можно сделать");
  });
});

describe("what to do next", () => {
  test("is a call only where there is a number", () => {
    const { dialIn: _, ...unreachable } = TEAMS;
    expect(nextSteps(unreachable)).toEqual(["browser", "organizer"]);
    expect(nextSteps({ verdict: "refused", code: "link.personal" })).toEqual(["browser"]);
    expect(nextSteps({ verdict: "refused" })).toEqual([]);
  });

  test("has a sentence for every refusal", () => {
    const codes = "personal event gcc_high dod china not_a_meeting other_site look_alike too_long nothing_found";
    for (const code of codes.split(" ")) expect(Object.keys(en.links)).toContain(`link.${code}`);
  });
});

describe("times and numbers", () => {
  test("are written as people write them", () => {
    expect(startText("2026-11-24", "en")).toBe("Tuesday, November 24, 2026");
    expect(startText("2026-11-24T14:05:00", "en")).toMatch(/November 24, 2026.*2:05/u);
    expect(startText("soon", "en")).toBe("soon");
    expect(groupedId("2414128301281")).toBe("241 412 830 128 1");
  });
});
