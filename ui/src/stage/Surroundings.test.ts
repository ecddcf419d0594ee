import { flushSync } from "svelte";
import { describe, expect, test } from "vitest";
import type { RoomView } from "../contract/RoomView";
import { click, find, get, textOf } from "../testing/render";
import { showMeeting } from "../testing/meeting.svelte";
import { inMeeting, person } from "../testing/views";
import { personRowId, waitingId } from "../testids";

const may = (change: object) => ({ ...inMeeting().abilities, ...change });
const room = (change: Partial<RoomView> = {}): RoomView => ({
  name: "Room 2",
  inside: false,
  mayChange: true,
  automatic: false,
  ...change,
});
function openMenuOf(id: string) {
  get(personRowId(id)).querySelector("button")?.click();
  flushSync();
  get("menu-pin");
}

describe("what our rights let us do to others", () => {
  test("is absent where we have none", () => {
    showMeeting({ people: [person("1")], waiting: [] });
    click("people");
    expect(find("lobby-list") ?? find("mute-all")).toBeNull();
    openMenuOf("1");
    expect(find("menu-mute-them") ?? find("menu-remove") ?? find("menu-spotlight")).toBeNull();
  });

  test("is asked for by who it concerns", () => {
    const { intents, change } = showMeeting({
      people: [person("1"), person("2", { muted: true, spotlit: true })],
      abilities: may({ muteOthers: true, remove: true, spotlight: true }),
    });
    click("people");
    openMenuOf("1");
    click("menu-mute-them");
    openMenuOf("1");
    click("menu-remove");
    openMenuOf("2");
    expect(find("menu-mute-them")).toBeNull();
    click("menu-spotlight");
    click("mute-all");
    expect(intents("moderate")).toEqual(
      [
        { deed: "mute", personId: "1" },
        { deed: "remove", personId: "1" },
        { deed: "spotlight", personId: "2", on: false },
        { deed: "mute", personId: null },
      ].map((deed) => ({ intent: "moderate", deed })),
    );
    change({ people: [] });
    expect(find("mute-all")).toBeNull();
  });

  test("lets people in from the lobby, or sends them away", () => {
    const { intents } = showMeeting({
      abilities: may({ admit: true }),
      waiting: [
        { id: "w1", name: "Grace" },
        { id: "w2", name: "Alan" },
      ],
    });
    click("people");
    expect(textOf("lobby-list")).toContain("2 people wait in the lobby");
    const press = (id: string, control: string) =>
      get(waitingId(id)).querySelector<HTMLElement>(`[data-testid="${control}"]`)?.click();
    press("w2", "admit");
    press("w1", "turn-away");
    expect(intents("moderate")).toEqual([
      { intent: "moderate", deed: { deed: "admit", personId: "w2" } },
      { intent: "moderate", deed: { deed: "turnAway", personId: "w1" } },
    ]);
  });
});

describe("a breakout room", () => {
  test("is offered when it can be entered, and left again", () => {
    const { intents, change } = showMeeting({ room: room({ mayChange: false }) });
    expect(find("room")).toBeNull();
    change({ room: room() });
    expect(textOf("room")).toContain("Your breakout room is open: Room 2");
    click("room-enter");
    change({ room: room({ inside: true }) });
    expect(textOf("room")).toContain("You are in Room 2");
    click("room-back");
    expect(intents("changeRoom")).toEqual([
      { intent: "changeRoom", enter: true },
      { intent: "changeRoom", enter: false },
    ]);
    change({ room: room({ inside: true, mayChange: false }) });
    expect(find("room-back")).toBeNull();
    expect(textOf("room")).toContain("The organiser brings everybody back.");
  });

  test("that we are taken to is only announced", () => {
    showMeeting({ room: room({ automatic: true, mayChange: false }) });
    expect(textOf("room")).toContain("You are about to be taken to Room 2");
    expect(find("room-enter")).toBeNull();
  });
});

describe("a bad connection", () => {
  test("is told once, the worst first, and again when it comes back", () => {
    const { change } = showMeeting({ troubles: ["network.receive", "network.none"] });
    expect(get("trouble").dataset.code).toBe("network.none");
    expect(find("trouble-phone")).toBeNull();
    change({ troubles: ["network.receive"] });
    expect(get("trouble").dataset.code).toBe("network.receive");
    click("trouble-dismiss");
    expect(find("trouble")).toBeNull();
    change({ troubles: [] });
    change({ troubles: ["network.receive"] });
    expect(get("trouble").dataset.code).toBe("network.receive");
  });

  test("leads to the telephone where the meeting has numbers", () => {
    showMeeting({
      troubles: ["network.send"],
      dialIn: { conferenceId: "123", numbers: [{ number: "+1 800 3", free: true, place: "Berlin" }] },
    });
    click("trouble-phone");
    expect(textOf("phone-id")).toBe("123");
    expect(textOf("phone-number")).toContain("Berlin · free of charge");
  });

  test("is no reason for numbers that are not there", () => {
    showMeeting();
    click("more");
    expect(find("menu-phone")).toBeNull();
  });
});
