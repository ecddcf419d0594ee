// One call of the SDK from `join()` to its end: everything it tells, and what is asked of it.

import type { CallingState } from "../wire/contract";
import { asCall, type BreakoutArgs, type BreakoutRooms } from "./features";
import { count, Guard, text } from "./guard";
import type { Tell } from "./outbox";
import { idOf, People, person } from "./people";
import type { Call, RemoteParticipant, Sdk, Updated } from "./sdk";
import { watchFeatures } from "./watching";

const STATES: readonly string[] = [
  "None", "Connecting", "Ringing", "Connected", "LocalHold", "RemoteHold", "InLobby", "Disconnecting", "Disconnected",
  "EarlyMedia",
] satisfies CallingState[];

/** A call may go on as another one: into a breakout room and back. */
export interface Moves {
  to(call: Call): void;
  /** This call is over; true if there is one to go back to. */
  back(): boolean;
}

export class CallLine {
  readonly call: Call;
  readonly guard: Guard;
  readonly people: People;
  readonly rooms: BreakoutRooms | null;
  readonly #sdk: Sdk;
  readonly #tell: Tell;
  readonly #moves: Moves;

  /** Listens at once. */
  constructor(sdk: Sdk, call: Call, tell: Tell, moves: Moves) {
    this.call = call;
    this.#moves = moves;
    this.guard = new Guard(tell);
    this.people = new People(sdk, tell);
    this.#sdk = sdk;
    this.#tell = tell;
    this.#watchCall();
    this.rooms = this.guard.feature<BreakoutRooms>(sdk, call, "BreakoutRooms");
    this.#watchRooms();
    watchFeatures({ sdk, call, guard: this.guard, tell });
    this.#tellState();
  }

  /** Hears nothing more of this call. */
  release(): void {
    this.guard.release();
    this.people.release();
  }

  #watchCall(): void {
    const { call, guard } = this;
    const tell = this.#tell;
    const follow = (event: string, now: () => void): void => {
      guard.listen("Call", call, event, now);
      guard.look("Call", now);
    };
    guard.listen("Call", call, "stateChanged", () => this.#tellState());
    guard.listen("Call", call, "mutedByOthers", () => tell({ event: "mutedByOthers" }));
    follow("isMutedChanged", () => tell({ event: "muted", muted: call.isMuted === true }));
    follow("isLocalVideoStartedChanged", () => tell({ event: "cameraOn", on: call.isLocalVideoStarted === true }));
    follow("isScreenSharingOnChanged", () => tell({ event: "shareOn", on: call.isScreenSharingOn === true }));
    follow("roleChanged", () => tell({ event: "role", role: text(call.role) }));
    guard.listen<Updated<RemoteParticipant>>("Call", call, "remoteParticipantsUpdated", (update) =>
      this.people.update(update),
    );
    guard.look("Call", () => this.people.update({ added: call.remoteParticipants ?? [] }));
    this.#watchThread();
    this.#watchLobby();
  }

  #tellState(): void {
    this.guard.look("Call", () => {
      const { state, callEndReason } = this.call;
      if (state === undefined || !STATES.includes(state)) return;
      if (state === "Disconnected" && this.#moves.back()) return;
      if (state === "Disconnected" && callEndReason) {
        const { code, subCode } = callEndReason;
        const subCodeTold = typeof subCode === "number" ? count(subCode) : null;
        this.#tell({ event: "endReason", code: count(code), subCode: subCodeTold });
      }
      this.#tell({ event: "state", state: state as CallingState });
    });
  }

  #watchThread(): void {
    const { info } = this.call;
    if (!info) return;
    let last = "";
    const now = (): void =>
      this.guard.look("CallInfo", () => {
        const id = text(info.threadId);
        if (id !== "" && id !== last) this.#tell({ event: "thread", id });
        last = id;
      });
    this.guard.look("CallInfo", () => {
      info.onCallInfoChanged("callInfoChanged", now);
      this.guard.later(() => info.offCallInfoChanged("callInfoChanged", now));
    });
    now();
  }

  #watchLobby(): void {
    const { lobby } = this.call;
    if (!lobby) return;
    const now = (): void => {
      const waiting = (lobby.participants ?? []).flatMap((one) => {
        const id = idOf(this.#sdk, one.identifier);
        return id === "" ? [] : [person(this.#sdk, id, one)];
      });
      this.#tell({ event: "lobby", waiting });
    };
    this.guard.listen("Lobby", lobby, "lobbyParticipantsUpdated", now);
    this.guard.look("Lobby", now);
  }

  #watchRooms(): void {
    const { rooms } = this;
    if (!rooms) return;
    const now = (): void => {
      const room = rooms.assignedBreakoutRooms;
      if (!room) return this.#tell({ event: "breakout", room: null });
      this.#tell({
        event: "breakout",
        room: {
          thread: text(room.threadId),
          name: text(room.displayName),
          open: room.state === "open",
          automatic: room.autoMoveParticipantToBreakoutRoom === true,
          mayReturn: rooms.breakoutRoomsSettings?.disableReturnToMainMeeting !== true,
        },
      });
    };
    this.guard.listen<BreakoutArgs>("BreakoutRooms", rooms, "breakoutRoomsUpdated", (args) => {
      const next = args.type === "join" ? asCall(args.data) : null;
      if (next && next !== this.call) this.#moves.to(next);
      else now();
    });
    this.guard.look("BreakoutRooms", now);
  }
}
