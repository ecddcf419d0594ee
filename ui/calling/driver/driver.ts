// Does what Rust requests with the SDK. No call logic: each request is one thing that the SDK can do.

import type { CallingJoin, CallingRequest, CallingSurvey } from "../wire/contract";
import { CallLine } from "./call-line";
import type { AudioConferencing, Consent, MediaStats, RaiseHand, Reaction, ReactionName, RealTimeText, Spotlight, SurveyFeature } from "./features";
import { asCall } from "./features";
import { failure, Guard, text } from "./guard";
import type { Tell } from "./outbox";
import { type Media, OwnMedia } from "./own-media";
import { tellCameras, tellEnvironment, tellPreview, tellTimers } from "./probe";
import type { Agent, Call, Client, ClientOptions, Credential, FeatureName, JoinOptions, Locator, Sdk } from "./sdk";
import { Tokens } from "./tokens";
import { captionsOf, watchStats } from "./watching";

/** Requests for which there must be a call. */
type InCall = Exclude<CallingRequest, { request: "probe" | "join" | "token" | "hangUp" | "leave" }>;

export interface DriverOptions {
  readonly load: () => Promise<Sdk>;
  readonly media: Media;
  readonly tell: Tell;
}

export class Driver {
  readonly #load: () => Promise<Sdk>;
  readonly #media: Media;
  readonly #tell: Tell;
  readonly #guard: Guard;
  readonly #tokens: Tokens;
  #sdk: Sdk | null = null;
  #client: Client | null = null;
  #credential: Credential | null = null;
  #agent: Agent | null = null;
  #own: OwnMedia | null = null;
  #line: CallLine | null = null;
  /** The meeting while we are in one of its breakout rooms. */
  #main: Call | null = null;
  #stats: (() => void) | null = null;
  /** Nothing of ours goes out while the guest's consent is on its way. */
  #consenting: Promise<void> = Promise.resolve();
  #voice: Promise<void> = Promise.resolve();
  #hangingUp: Promise<void> | null = null;
  #surveying: Promise<unknown> = Promise.resolve();
  #left = false;

  constructor({ load, media, tell }: DriverOptions) {
    this.#load = load;
    this.#media = media;
    this.#tell = tell;
    this.#guard = new Guard(tell);
    this.#tokens = new Tokens(tell);
  }

  /** Resolves when it is done, whatever came of it. */
  async take(request: CallingRequest): Promise<void> {
    switch (request.request) {
      case "token":
        this.#tokens.answer(request.ask, request.token);
        return;
      case "probe":
        tellTimers(this.#tell);
        await this.#guard.attempt("probe", () => this.#probe(request.preview));
        this.#tell({ event: "probed" });
        return;
      case "join":
        await this.#guard.attempt("join", () => this.#join(request.join));
        return;
      case "hangUp":
        await this.#hangUp(false);
        return;
      case "leave":
        await this.#leave(request.forEveryone);
        return;
      default:
        await this.#guard.attempt(request.request, () => this.#inCall(request));
    }
  }

  async #probe(preview: boolean): Promise<void> {
    // The SDK keeps the names that it reads first, and a page reads none before a camera was granted to it.
    await this.#guard.attempt("camera", async () => {
      for (const track of (await this.#media.camera(null)).getTracks()) track.stop();
    });
    const { sdk, client } = await this.#begin({ diagnostics: { appName: "foyer", appVersion: "probe" } });
    await tellEnvironment(sdk, client, this.#guard, this.#tell);
    const camera = await tellCameras(client, this.#guard, this.#tell);
    if (preview && camera) await tellPreview(sdk, camera, this.#guard, this.#tell);
  }

  /** One client a page: what it is made with first stays. */
  async #begin(options: ClientOptions): Promise<{ sdk: Sdk; client: Client }> {
    const sdk = (this.#sdk ??= await this.#load());
    const client = (this.#client ??= sdk.client(options));
    return { sdk, client };
  }

  async #join(join: CallingJoin): Promise<void> {
    if (this.#agent || this.#hangingUp) throw new Error("this page has joined already");
    const options: ClientOptions = { diagnostics: { appName: join.app.name, appVersion: join.app.version } };
    if (join.relays.length > 0) options.networkConfiguration = { turn: { iceServers: join.relays } };
    const { sdk, client } = await this.#begin(options);
    await tellEnvironment(sdk, client, this.#guard, this.#tell);
    const agent = await this.#identify(sdk, client, join.name);
    if (!agent || this.#hangingUp) return;
    const own = (this.#own = new OwnMedia(sdk, this.#media));
    const how: JoinOptions = { audioOptions: { muted: join.muted } };
    if (join.camera) {
      // Without a camera one still joins.
      await this.#guard.attempt("setCamera", async () => {
        how.videoOptions = { localVideoStreams: [await own.openCamera(null)] };
      });
    }
    if (this.#hangingUp) return own.release();
    this.#follow(agent.join(locator(join) as never, how as never));
  }

  async #identify(sdk: Sdk, client: Client, displayName: string): Promise<Agent | null> {
    try {
      this.#credential = sdk.credential(this.#tokens.fetch);
      const agent = (this.#agent = await client.createCallAgent(this.#credential, { displayName }));
      this.#guard.listen<{ newValue?: string; reason?: string }>("CallAgent", agent, "connectionStateChanged", (now) =>
        this.#tell({ event: "connection", state: text(now.newValue), reason: now.reason ?? null }),
      );
      this.#tell({ event: "agent", error: null });
      return agent;
    } catch (error) {
      this.#tell({ event: "agent", error: failure(error) });
      return null;
    }
  }

  #follow(call: Call): void {
    if (!this.#sdk) return;
    this.#line?.release();
    this.#line = new CallLine(this.#sdk, call, this.#tell, {
      to: (next) => this.#moveTo(next),
      back: () => this.#moveBack(),
    });
  }

  #moveTo(next: Call): void {
    const now = this.#line?.call ?? null;
    const returns = next === this.#main;
    if (!returns) this.#main ??= now;
    else this.#main = null;
    this.#tell({ event: "moved", inBreakout: !returns });
    this.#follow(next);
  }

  #moveBack(): boolean {
    const main = this.#main;
    if (!main || main.state === "Disconnected") return false;
    this.#moveTo(main);
    return true;
  }

  async #inCall(request: InCall): Promise<void> {
    const line = this.#line;
    const own = this.#own;
    if (!line || !own) throw new Error("there is no call");
    const { call } = line;
    switch (request.request) {
      case "setMuted":
        return this.#setMuted(call, request.muted, request.device);
      case "setCamera":
        await this.#consenting;
        return own.setCamera(call, request.on, request.device);
      case "setShare":
        await this.#consenting;
        return own.setShare(call, request.on);
      case "limitVideo":
        return call.setConstraints({
          video: {
            send: {
              ...(request.height !== null && { frameHeight: { max: request.height } }),
              ...(request.frameRate !== null && { frameRate: { max: request.frameRate } }),
              ...(request.bitrate !== null && { bitrate: { max: request.bitrate } }),
            },
          },
        });
      case "watch":
        return line.people.watch(request.streams);
      case "muteOther":
        return request.participant === null
          ? call.muteAllRemoteParticipants()
          : this.#somebody(line, request.participant).mute();
      case "remove":
        return call.removeParticipant(this.#identifier(request.participant));
      case "admit":
        return this.#lobby(call).admit(this.#identifier(request.participant));
      case "reject":
        return this.#lobby(call).reject(this.#identifier(request.participant));
      case "joinBreakout":
      case "leaveBreakout":
        return this.#changeRooms(line, request.request === "joinBreakout");
      default:
        return this.#withFeature(line, request);
    }
  }

  /** One after the other: a microphone that is slow to be selected must not unmute what was muted since. */
  #setMuted(call: Call, muted: boolean, device: string | null): Promise<void> {
    const turn = this.#voice.then(async () => {
      await this.#consenting;
      if (muted) return call.mute();
      await this.#selectMicrophone(device);
      return call.unmute();
    });
    this.#voice = turn.catch(() => undefined);
    return turn;
  }

  /** Speaks with this microphone. Without it one speaks with whatever the SDK has. */
  async #selectMicrophone(id: string | null): Promise<void> {
    const client = this.#client;
    if (id === null || !client) return;
    await this.#guard.attempt("selectMicrophone", async () => {
      const devices = await client.getDeviceManager();
      const all = await devices.getMicrophones();
      // The SDK puts the kind before the W3C's id.
      const chosen = all.find((one) => one.id === id || one.id.endsWith(`:${id}`));
      if (!chosen) throw new Error("the SDK does not list this microphone");
      await devices.selectMicrophone(chosen as never);
    });
  }

  async #withFeature(line: CallLine, request: InCall): Promise<void> {
    switch (request.request) {
      case "raiseHand": {
        const hands = this.#need<RaiseHand>(line, "RaiseHand");
        return request.raised ? hands.raiseHand() : hands.lowerHand();
      }
      case "react":
        return this.#need<Reaction>(line, "Reaction").sendReaction({ reactionType: request.reaction as ReactionName });
      case "setSpotlight": {
        const spotlight = this.#need<Spotlight>(line, "Spotlight");
        const whom = request.participants.map((id) => this.#identifier(id)) as never;
        return request.on ? spotlight.startSpotlight(whom) : spotlight.stopSpotlight(whom);
      }
      case "sendText":
        return this.#need<RealTimeText>(line, "RealTimeText").sendRealTimeText(request.text, request.done);
      case "setCaptions":
      case "setSpokenLanguage":
      case "setCaptionLanguage":
        return this.#captions(line, request);
      case "grantConsent":
        return this.#inTurnOfConsent(line);
      case "dialIn":
        return this.#dialIn(line);
      case "collect":
        return this.#collect(line, request.every);
      case "survey": {
        const survey = this.#need<SurveyFeature>(line, "CallSurvey").submitSurvey(ratings(request.survey));
        this.#surveying = survey.catch(() => undefined);
        await survey;
      }
    }
  }

  async #captions(line: CallLine, request: InCall): Promise<void> {
    const captions = this.#sdk && captionsOf(this.#sdk, line.call, line.guard);
    if (!captions) throw new Error("there are no captions");
    if (request.request === "setSpokenLanguage") return captions.setSpokenLanguage(request.language);
    if (request.request === "setCaptionLanguage") {
      if (!captions.setCaptionLanguage) throw new Error("captions are not translated here");
      return captions.setCaptionLanguage(request.language);
    }
    if (request.request !== "setCaptions") return;
    if (!request.on) return captions.stopCaptions();
    return request.spoken === null
      ? captions.startCaptions()
      : captions.startCaptions({ spokenLanguage: request.spoken });
  }

  #inTurnOfConsent(line: CallLine): Promise<void> {
    const consent = this.#consent(line);
    this.#consenting = consent.catch(() => undefined);
    return consent;
  }

  async #consent(line: CallLine): Promise<void> {
    for (const name of ["Recording", "Transcription"] as const) {
      const feature = this.#need<Consent>(line, name);
      if (feature.isTeamsConsentRequired === true) await feature.grantTeamsConsent();
    }
  }

  async #dialIn(line: CallLine): Promise<void> {
    const feature = this.#need<AudioConferencing>(line, "TeamsMeetingAudioConferencing");
    const details = await feature.getTeamsMeetingAudioConferencingDetails();
    const phones = (details.phoneNumbers ?? []).map((phone) => ({
      toll: text(phone.tollPhoneNumber?.phoneNumber),
      tollFree: text(phone.tollFreePhoneNumber?.phoneNumber),
      country: text(phone.countryName),
      city: text(phone.cityName),
    }));
    this.#tell({ event: "dialIn", conferenceId: text(details.phoneConferenceId), phones });
  }

  async #collect(line: CallLine, every: number | null): Promise<void> {
    this.#stats?.();
    this.#stats = null;
    if (every === null) return;
    const collector = this.#need<MediaStats>(line, "MediaStats").createCollector({
      aggregationInterval: every,
      dataPointsPerAggregation: 1,
    });
    const guard = new Guard(this.#tell);
    watchStats(collector, guard, this.#tell);
    this.#stats = () => {
      guard.release();
      collector.dispose();
    };
  }

  async #changeRooms(line: CallLine, join: boolean): Promise<void> {
    const room = line.rooms?.assignedBreakoutRooms;
    if (!room && !join && this.#moveBack()) return;
    if (!room) throw new Error("there is no breakout room");
    const next = asCall(join ? await room.join() : await room.returnToMainMeeting());
    // Told by an event as well, which may have come first.
    if (next && this.#line?.call !== next) this.#moveTo(next);
  }

  #hangUp(forEveryone: boolean): Promise<void> {
    return (this.#hangingUp ??= this.#release(forEveryone));
  }

  async #release(forEveryone: boolean): Promise<void> {
    const call = this.#line?.call;
    this.#stats?.();
    if (call && call.state !== "Disconnected") {
      await this.#guard.attempt("leave", () => call.hangUp({ forEveryone }));
    }
    this.#own?.release();
  }

  async #leave(forEveryone: boolean): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    await this.#hangUp(forEveryone);
    await this.#surveying;
    const agent = this.#agent;
    if (agent) await this.#guard.attempt("leave", () => agent.dispose());
    this.#credential?.dispose();
    this.#guard.release();
    this.#tell({ event: "left" });
  }

  #need<T extends object>(line: CallLine, name: FeatureName): T {
    const feature = this.#sdk && line.guard.feature<T>(this.#sdk, line.call, name);
    if (!feature) throw new Error(`${name} is not there`);
    return feature;
  }

  #somebody(line: CallLine, id: string): { mute(): Promise<void> } {
    const participant = line.people.find(id);
    if (!participant) throw new Error("nobody there has this id");
    return participant;
  }

  #identifier(id: string): never {
    if (!this.#sdk) throw new Error("there is no SDK");
    return this.#sdk.identifier(id) as never;
  }

  #lobby(call: Call): NonNullable<Call["lobby"]> {
    if (!call.lobby) throw new Error("the lobby is not ours to manage");
    return call.lobby;
  }
}

function locator({ locator }: CallingJoin): Locator {
  if (locator.by === "link") return { meetingLink: locator.url };
  return locator.passcode === null
    ? { meetingId: locator.id }
    : { meetingId: locator.id, passcode: locator.passcode };
}

function ratings({ overall, audio, video, share }: CallingSurvey): Record<string, { score: number }> {
  const all = { overallRating: overall, audioRating: audio, videoRating: video, screenshareRating: share };
  const given: Record<string, { score: number }> = {};
  for (const [name, score] of Object.entries(all)) if (score !== null) given[name] = { score };
  return given;
}
