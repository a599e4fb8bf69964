import { createHash } from 'node:crypto';

/** A file of the page, as it is served. */
export type PageFile = { readonly contentType: string; readonly body: Uint8Array; readonly etag: string };

/** The whole page: nothing else is ever read from the disk. By path of the address; value: file and type. */
export const PAGE_PATHS: Readonly<Record<string, readonly [file: string, contentType: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page-style.css': ['page-style.css', 'text/css; charset=utf-8'],
  '/offline.js': ['offline.js', 'text/javascript; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/manifest.json': ['manifest.json', 'application/manifest+json'],
};

/** On every answer. What the page itself may load stands in its own HTML. */
export const STRICT_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "frame-ancestors 'none'; object-src 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), serial=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export function pageFile(contentType: string, body: Uint8Array): PageFile {
  return {
    contentType,
    body,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
}

/** What the page is told by its server. */
export type PageHints = {
  /** ws:// or wss://, or a path on the page's own server; null leaves it to the person. */
  readonly brokerUrl: string | null;
  readonly topicPrefix: string;
};
