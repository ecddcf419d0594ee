import { describe, expect, it } from "vitest";
import type { CallingBatch } from "../wire/contract";
import { Outbox } from "./outbox";

describe("outbox", () => {
  it("sends one batch at a time, in order and without gaps, however slow the other end is", async () => {
    const taken: CallingBatch[] = [];
    let under = 0;
    const outbox = new Outbox(async (batch) => {
      under += 1;
      expect(under).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, batch.first % 3));
      under -= 1;
      taken.push(batch);
    });
    for (let ask = 1; ask <= 600; ask += 1) {
      outbox.tell({ event: "tokenWanted", ask });
      if (ask % 100 === 0) await Promise.resolve();
    }
    await outbox.empty();
    const asks = taken.flatMap(({ first, events }) =>
      events.map((event, place) => [first + place, event.event === "tokenWanted" ? event.ask : 0]),
    );
    expect(asks).toEqual(Array.from({ length: 600 }, (_, n) => [n + 1, n + 1]));
    expect(taken.every((batch) => batch.events.length <= 256)).toBe(true);
  });

  it("gives up quietly when nobody takes events any more", async () => {
    const outbox = new Outbox(() => Promise.reject(new Error("gone")));
    outbox.tell({ event: "left" });
    await outbox.empty();
    outbox.tell({ event: "left" });
    await outbox.empty();
  });
});
