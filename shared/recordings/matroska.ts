/** Names of the elements that we read or write (RFC 8794 section 11.2, RFC 9559 section 5.1), with their length markers. */
export const elementIds = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  void: 0xec,
  crc32: 0xbf,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  codecId: 0x86,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
} as const;

/** TrackType (RFC 9559 section 5.1.4.1.3). */
export const audioTrack = 2;
/** Nanoseconds of a tick where Info says nothing else (RFC 9559 section 5.1.2.9). */
export const usualTimestampScale = 1_000_000;
