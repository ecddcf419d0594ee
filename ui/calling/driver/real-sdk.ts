// Microsoft's SDK as the driver sees it. Only this file and `conformance.ts` name the package.

import {
  CallClient, Features, LocalVideoStream, VideoStreamRenderer, type VideoDeviceInfo,
} from "@azure/communication-calling";
import {
  AzureCommunicationTokenCredential, createIdentifierFromRawId, getIdentifierKind, getIdentifierRawId,
  type CommunicationIdentifier,
} from "@azure/communication-common";
import type { Sdk } from "./sdk";

export const sdk: Sdk = {
  client: (options) => new CallClient(options),
  credential: (fetch) => new AzureCommunicationTokenCredential({ tokenRefresher: fetch, refreshProactively: true }),
  video: (source) =>
    source instanceof MediaStream ? new LocalVideoStream(source) : new LocalVideoStream(source as VideoDeviceInfo),
  renderer: (stream) => new VideoStreamRenderer(stream as LocalVideoStream),
  rawId: (identifier) => getIdentifierRawId(identifier as CommunicationIdentifier),
  identifier: createIdentifierFromRawId,
  kind: (identifier) => getIdentifierKind(identifier as CommunicationIdentifier).kind,
  features: Features,
};
