// In which order files of tests are run: those that take minutes first, so that no worker waits for the other at the end. Jest
// itself knows how long a file took only where it ran before, which is nowhere in a fresh clone.

const LONG = [
  /faults[/\\]chaos/,
  /browser[/\\]journey/,
  /pdf[/\\]renderer/,
  /\.browser\.test/,
  /faults[/\\]/,
  /pdf[/\\]/,
  /web[/\\]/,
];

export default class LongestFirst {
  sort(tests) {
    const rank = ({ path }) => {
      const found = LONG.findIndex((pattern) => pattern.test(path));
      return found === -1 ? LONG.length : found;
    };
    const size = ({ path, context }) => context.hasteFS.getSize(path) ?? 0;
    return [...tests].sort((a, b) => rank(a) - rank(b) || size(b) - size(a) || a.path.localeCompare(b.path));
  }

  /** For `--onlyFailures`, which keeps no record here: all. */
  allFailedTests(tests) {
    return tests;
  }

  shard(tests, { shardIndex, shardCount }) {
    return tests.filter((_, index) => index % shardCount === shardIndex - 1);
  }

  cacheResults() {
    // Nothing is remembered: a fresh clone runs as this one does.
  }
}
