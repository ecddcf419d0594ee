/** The candidate-attribute grammar (RFC 8839, 5.1; RFC 6544, 4.5). */

/** What a candidate line says. */
export interface CandidateParts {
  readonly foundation: string;
  readonly component: "rtp" | "rtcp";
  readonly protocol: "udp" | "tcp";
  readonly priority: number;
  readonly address: string;
  readonly port: number;
  readonly type: "host" | "srflx" | "prflx" | "relay";
  readonly tcpType: "active" | "passive" | "so" | null;
  readonly relatedAddress: string | null;
  readonly relatedPort: number | null;
}

const FOUNDATION = /^[A-Za-z0-9+/]{1,32}$/;
const TYPES = ["host", "srflx", "prflx", "relay"] as const;
const TCP_TYPES = ["active", "passive", "so"] as const;

function oneOf<T extends string>(values: readonly T[], value: string | undefined): T | null {
  return values.find((each) => each === value) ?? null;
}

function whole(text: string | undefined, most: number): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) {
    return null;
  }
  const number = Number(text);
  return number <= most ? number : null;
}

/** Null for what is not a candidate line. Extensions that it does not know are skipped. */
export function parseCandidate(line: string): CandidateParts | null {
  const found = /^(?:a=)?candidate:(.*)$/s.exec(line);
  const words = (found?.[1] ?? "").trim().split(/ +/);
  const [foundation, component, transport, priority, address, port, typ, type, ...rest] = words;
  const protocol = oneOf(["udp", "tcp"] as const, transport?.toLowerCase());
  const kind = oneOf(TYPES, type);
  const parts = {
    component: whole(component, 256),
    priority: whole(priority, 0xffff_ffff),
    port: whole(port, 0xffff),
  };
  if (
    !found ||
    !foundation ||
    !FOUNDATION.test(foundation) ||
    !address ||
    typ !== "typ" ||
    !protocol ||
    !kind ||
    parts.priority === null ||
    parts.port === null ||
    (parts.component !== 1 && parts.component !== 2)
  ) {
    return null;
  }
  const extensions = new Map<string, string>();
  for (let index = 0; index + 1 < rest.length; index += 2) {
    extensions.set(rest[index] ?? "", rest[index + 1] ?? "");
  }
  return {
    foundation,
    component: parts.component === 1 ? "rtp" : "rtcp",
    protocol,
    priority: parts.priority,
    address,
    port: parts.port,
    type: kind,
    tcpType: protocol === "tcp" ? oneOf(TCP_TYPES, extensions.get("tcptype")) : null,
    relatedAddress: extensions.get("raddr") ?? null,
    relatedPort: whole(extensions.get("rport"), 0xffff),
  };
}
