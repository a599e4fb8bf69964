/*
 * How time is cut up: a bucket is one number of the history. The numbers below 0 stand for buckets without a level.
 */

/** Long enough to be quiet (16 samples), short enough to show a leak within two days. Divides a day. */
export const BUCKET_MS = 4 * 3_600_000;

export const BUCKETS_PER_DAY = 6;

/** A bucket in which nothing was believed. It did pass. */
export const MISSING = -1;

/** Time passed, and nobody knows how much: a reboot without a clock. */
export const BREAK = -2;
