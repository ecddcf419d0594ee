import { describe, expect, test } from "vitest";
import { pictureAbility } from "./ability";
import { readConstraints } from "./dictionary";
import { selectSettings, Unmet, unmetBy } from "./select";

const cameras = ["one", "two"].map((deviceId) => ({ source: deviceId, ability: pictureAbility({ deviceId, groupId: "g" }) }));
const select = (value: unknown) => selectSettings(cameras, readConstraints(value));
const unmet = (value: unknown): string => {
  try {
    select(value);
  } catch (error) {
    if (error instanceof Unmet) return error.constraint;
  }
  return "";
};

describe("constraints", () => {
  test("that are required are met, or named", () => {
    expect(select({ width: { min: 1280, max: 1280 }, height: { exact: 720 } }).settings).toMatchObject({ width: 1280, height: 720 });
    expect(unmet({ width: { min: 5000 } })).toBe("width");
    expect(unmet({ deviceId: { exact: "none" } })).toBe("deviceId");
    expect(unmet({ aspectRatio: { exact: 4 }, width: { exact: 100 }, height: { exact: 100 } })).toBe("aspectRatio");
  });

  test("that are ideal choose the nearest, and the first of equals", () => {
    expect(select({ deviceId: "two" }).source).toBe("two");
    expect(select({ deviceId: "none", width: 9999 })).toMatchObject({ source: "one", settings: { width: 1920, height: null } });
  });

  test("in advanced sets count where they can, and unknown ones never", () => {
    expect(select({ advanced: [{ width: 9999 }, { width: 800 }], googThing: { exact: 1 } }).settings.width).toBe(800);
  });

  test("are converted as dictionaries", () => {
    expect(() => readConstraints({ frameRate: { min: NaN } })).toThrow(TypeError);
    expect(() => readConstraints(5)).toThrow(TypeError);
    expect(readConstraints({ deviceId: ["a", "b"] }).basic.get("deviceId")).toEqual({ type: "text", ideal: ["a", "b"] });
  });

  test("are looked at again once the settings are known", () => {
    expect(unmetBy({ frameRate: 10 }, readConstraints({ frameRate: { min: 15 } }))).toBe("frameRate");
    expect(unmetBy({ frameRate: 29.97 }, readConstraints({ frameRate: { min: 30 } }))).toBeNull();
  });
});
