import type { ResultDocumentData } from '../domain/result-document.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { CommandDoor } from '../prisma/apply-command.ts';
import type { Database } from '../prisma/client.ts';
import type { AnchorPlaces } from './anchors.ts';
import type { Conductor } from './conductor.ts';
import type { RenderedDocument } from './pdf/index.ts';

/** Keeps bytes under their own hash; the same bytes twice are one file. */
export interface ByteStore {
  /** @returns sha256 in hexadecimal and the size in bytes */
  put(bytes: Uint8Array): Promise<{ readonly sha256: string; readonly size: number }>;
  /** @returns undefined when they are not there @throws DocumentDamagedError */
  get(sha256: string): Promise<Uint8Array | undefined>;
}

/** Makes the bytes of a document. Whatever fails is thrown; an error with a `code` shows that code to people. */
export type RenderDocument = (data: ResultDocumentData, logo: Uint8Array | null) => Promise<RenderedDocument>;

/** What the activities of the conductor work with. */
export interface ActivityDeps {
  readonly database: Database;
  readonly door: CommandDoor;
  readonly conductor: Conductor;
  readonly documents: ByteStore;
  readonly renderDocument: RenderDocument;
  readonly anchors: AnchorPlaces;
  /** Key id with which new links are derived. */
  readonly currentKeyId: string;
  readonly clock: Clock;
  readonly logger: Logger;
}
