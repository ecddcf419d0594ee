/** What the space at the right may hold; one at a time. */
export type PaneName = "chat" | "people" | "devices" | "stats" | "phone" | "background";
