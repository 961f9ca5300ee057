/** One hash over many, as in RFC 6962: leaves and nodes are told apart by their first byte, and an odd one moves up as it is. */
import { createHash } from 'node:crypto';

export interface MerkleTree {
  add(leaf: string): void;
  /** Hex; of no leaves at all the hash of nothing. */
  root(): string;
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** Holds one hash for each level, so that a million leaves take no more memory than ten. */
export function createMerkleTree(): MerkleTree {
  /** The root of a full subtree of 2^level leaves, where there is one. */
  const levels: (Buffer | undefined)[] = [];
  return {
    add(leaf) {
      let carried = digest(LEAF, Buffer.from(leaf));
      let level = 0;
      for (let left = levels[level]; left !== undefined; left = levels[level]) {
        carried = digest(NODE, left, carried);
        levels[level] = undefined;
        level += 1;
      }
      levels[level] = carried;
    },
    root() {
      const whole = levels.reduce<Buffer | undefined>((right, left) => {
        if (left === undefined) return right;
        return right === undefined ? left : digest(NODE, left, right);
      }, undefined);
      return (whole ?? digest()).toString('hex');
    },
  };
}

function digest(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
