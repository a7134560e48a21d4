/**
 * Hard caps on what a peer may make us hold, in bytes. Generous for every real phone and PBX, small enough that a hostile
 * peer costs nothing. A line counts with its continuation lines (folding) and without its line end.
 */
export const maxStartLineBytes = 8 * 1024;
export const maxHeaderLineBytes = 8 * 1024;
export const maxHeaderCount = 100;
/** All header lines together, line ends included. */
export const maxHeadersBytes = 64 * 1024;
export const maxBodyBytes = 256 * 1024;
