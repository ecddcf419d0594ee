import { vi } from "vitest";

const LIMIT_MS = 20_000;

// A second is soon over on a machine that builds something beside the tests.
const { waitFor } = vi;
vi.waitFor = (condition, options) =>
  waitFor(condition, typeof options === "number" ? options : { timeout: LIMIT_MS, ...options });
